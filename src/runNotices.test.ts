import { expect, test } from 'vitest';
import type { TuneProgress } from '../server/protocol/tune.ts';
import { followRuns } from './runNotices.ts';

const run = (runId: string, stage: TuneProgress['stage'] = 'training'): TuneProgress =>
  ({ runId, stage, step: 0, steps: 0 }) as TuneProgress;

/** What is opened, updated and closed, in order. */
function heard(changes: readonly (TuneProgress | null)[]): string[] {
  const said: string[] = [];
  let opened = 0;
  const follow = followRuns(() => {
    const name = ++opened;
    said.push(`open ${name}`);
    return {
      update: ({ runId }) => said.push(`${name}: ${runId}`),
      close: () => said.push(`close ${name}`),
    };
  });
  for (const change of changes) follow(change);
  return said;
}

test.each([
  ['nothing runs', [null, run('a', 'done')], []],
  ['a run ends', [run('a'), run('a'), run('a', 'done'), null], ['open 1', '1: a', '1: a', 'close 1']],
  ['the server starts again meanwhile', [run('a'), null, run('a')], ['open 1', '1: a', 'close 1', 'open 2', '2: a']],
  ['another run takes its place', [run('a'), run('b')], ['open 1', '1: a', 'close 1', 'open 2', '2: b']],
])('opens and closes notices of runs when %s', (_name, changes, expected) => {
  expect(heard(changes)).toEqual(expected);
});
