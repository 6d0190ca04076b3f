import { expect, test } from 'vitest';
import { type MadeFrom, workName } from './workName.ts';

const made: MadeFrom = {
  ...{ repository: 'chi', commit: 'c1', model: 'abc', minutes: 3, asked: 600, places: 300, threads: 2 },
  prompts: { order: 'suffix-first', repoTokens: true },
};

test('a run made otherwise keeps its results elsewhere', () => {
  const others: MadeFrom[] = [
    { ...made, commit: 'c2' },
    { ...made, model: 'def' },
    { ...made, minutes: 4 },
    { ...made, asked: 500 },
    { ...made, places: 200 },
    { ...made, threads: 1 },
    { ...made, prompts: { order: 'prefix-first', repoTokens: true } },
    { ...made, prompts: { order: 'suffix-first', repoTokens: false } },
  ];
  expect(workName({ ...made })).toBe(workName(made));
  expect(workName(made)).toMatch(/^chi-[0-9a-f]{8}$/);
  expect(new Set([made, ...others].map(workName)).size).toBe(others.length + 1);
});
