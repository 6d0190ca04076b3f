import { expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';

it.each(catalogue)('$id has a commit, a SHA-256 and a file size that matches its weights', (entry) => {
  expect(entry.revision).toMatch(/^[0-9a-f]{40}$/);
  expect(entry.sha256).toMatch(/^[0-9a-f]{64}$/);
  // Q8_0: 34 bytes for 32 weights; header and vocabulary are the rest.
  const weights = (entry.parameters * 34) / 32;
  expect(entry.fileBytes / weights).toBeGreaterThan(0.98);
  expect(entry.fileBytes / weights).toBeLessThan(1.02);
});

it('has unique ids, files and hashes, in ascending size', () => {
  for (const key of ['id', 'file', 'sha256'] as const)
    expect(new Set(catalogue.map((entry) => entry[key])).size).toBe(catalogue.length);
  const sizes = catalogue.map(({ fileBytes }) => fileBytes);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
});
