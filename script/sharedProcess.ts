// For test files that share a process: a file that leaves a change behind fails itself, not whichever comes next.
import { afterAll, expect, vi } from 'vitest';

const environment = { ...process.env };
const folder = process.cwd();

afterAll(() => {
  expect({ ...process.env }, 'the environment is left as it was').toEqual(environment);
  expect(process.cwd(), 'the working folder is left as it was').toBe(folder);
  expect(vi.isFakeTimers(), 'the clock is left as it was').toBe(false);
});
