import { expect, test } from 'vitest';
import type { TuneProgress } from '../server/protocol/tune.ts';
import { followRuns } from './runNotices.ts';

const run = (runId: string, stage: TuneProgress['stage'] = 'training'): TuneProgress =>
  ({ runId, stage, step: 0, steps: 0 }) as TuneProgress;

/** What is opened, updated and closed, in order. `inView`: at which of the changes, counted from 1, the panel is. */
function heard(changes: readonly (TuneProgress | null)[], inView: readonly number[] = []): string[] {
  const said: string[] = [];
  let change = 0;
  let opened = 0;
  const follow = followRuns(
    () => {
      const name = ++opened;
      said.push(`open ${name}`);
      return {
        update: ({ runId }) => said.push(`${name}: ${runId}`),
        close: () => said.push(`close ${name}`),
      };
    },
    () => inView.includes(change),
  );
  for (const run of changes) {
    change += 1;
    follow(run);
  }
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

test.each([
  ['none for a run that the panel shows, nor once the panel is closed', [1], []],
  ['one until the panel is opened', [2], ['open 1', '1: a', 'close 1']],
  ['one while the panel is closed', [], ['open 1', '1: a', '1: a', '1: a', 'close 1']],
])('gives notice: %s', (_name, inView, expected) => {
  expect(heard([run('a'), run('a'), run('a'), run('a', 'done')], inView)).toEqual(expected);
});

test('gives notice of another run than the one that was in view', () => {
  expect(heard([run('a'), run('b')], [1])).toEqual(['open 1', '1: b']);
});
