import { FUNCTION_NAMES, FUNCTION_BUNDLES, OPTIONAL_FUNCTION_NAMES } from '../lib/function-names.ts';
import { bundleFunctions } from './bundle-functions.ts';

const sizes = await bundleFunctions([...FUNCTION_NAMES, ...OPTIONAL_FUNCTION_NAMES], FUNCTION_BUNDLES);
for (const { name, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) {
  console.log(`${name.padEnd(22)} ${(bytes / 1024).toFixed(0).padStart(5)} KiB`);
}
