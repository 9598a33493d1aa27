import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' as const };

export default defineConfig({
  test: {
    typecheck: { enabled: false },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'vscode',
          include: ['test/e2e/*.test.ts'],
          globalSetup: 'test/e2e/host/setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false, // one workbench at a time
          sequence: { groupOrder: 1 }, // and nothing else beside it: some tests look at the clock
        },
      },
    ],
  },
});
