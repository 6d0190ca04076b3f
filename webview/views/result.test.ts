// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import type { RepotuneState } from '../../server/protocol/index.ts';
import type { TuneResult } from '../../server/protocol/tune.ts';

vi.stubGlobal('acquireVsCodeApi', () => ({
  postMessage: () => undefined,
  getState: () => undefined,
  setState: () => undefined,
}));
const { ResultView } = await import('./result.ts');

function shown(result: Partial<TuneResult>): string {
  const view = new ResultView();
  const measured = { heldOutLossBase: 2, heldOutLossTuned: 1, reason: 'Activated.', sample: null, activated: false };
  view.update({ lastResult: { ...measured, runId: 'a', ...result } } as unknown as RepotuneState);
  return view.root.textContent;
}

test('a result keeps its figure of time when it is read from the stored version', () => {
  const counts = { files: 1, pairs: 1, edits: 0, heldOutPairs: 1, steps: 118 };
  const training = { seconds: 20 } as TuneResult['training'];
  const fresh = shown({ ...counts, minutes: 63 / 60, training });
  expect(fresh).toMatch(/Training time20\s+s/);
  expect(shown({ ...counts, minutes: 20 / 60, training: null })).toBe(fresh);
});
