import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One worker a core; worlds are heavy enough that more only contend.
    maxWorkers: 2,
    // Files share their worker's modules: what is loaded once need not be loaded for each. Tests leave nothing behind.
    isolate: false,
    // Bundles of a cloud assembly run as they are deployed, untransformed.
    server: { deps: { external: [/cdk\.out|out\/(test-)?assembly/] } },
    // A flight that is given up still turns the clock under the next one: on a busy machine some take minutes.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', POWERTOOLS_DEV: 'false' },
  },
});
