#!/usr/bin/env node
// A shim: Node 20 does not run TypeScript, and a .ts file cannot be an npx target.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('../cli/main.ts');
process.exitCode = await main(process.argv);
