import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'server/**/*.test.ts',
      'src/**/*.test.ts',
      'webview/**/*.test.ts',
      'native/test/**/*.test.ts',
      'bench/**/*.test.ts',
      'script/**/*.test.ts',
    ],
    // Engine processes and native modules: one process per file, two at a time on the two cores we plan for.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    // Mesa's driver for the processor compiles twice as long as it needs for shaders that few tests run.
    env: { GALLIVM_PERF: 'nopt' },
  },
});
