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

const counts = { files: 1, pairs: 1, edits: 0, heldOutPairs: 1, steps: 118, minutes: 1, training: null };

let view: InstanceType<typeof ResultView>;
function shown(result: Partial<TuneResult>): string {
  view = new ResultView();
  const measured = { heldOutLossBase: 2, heldOutLossTuned: 1, reason: 'Activated.', sample: null, activated: false };
  view.update({ adapters: [], lastResult: { ...measured, runId: 'a', ...result } } as unknown as RepotuneState);
  return view.root.textContent;
}

test('a result keeps its figure of time when it is read from the stored version', () => {
  const training = { seconds: 20 } as TuneResult['training'];
  const fresh = shown({ ...counts, minutes: 63 / 60, training });
  expect(fresh).toMatch(/Training time20\s+s/);
  expect(shown({ ...counts, minutes: 20 / 60, training: null })).toBe(fresh);
});

test.each([
  ['Activated: 8.5 % lower loss (95 % sure of at least 1.5 %).', ''],
  [
    'Kept, not activated: it may be chance.',
    'There was time for only 3 of 9 held-out pairs. To measure more, measure again.',
  ],
])('the verdict stands out, and what follows it is plain text: %s', (verdict, more) => {
  shown({ ...counts, reason: `${verdict} ${more}`.trim() });
  const plain = (text: string | null | undefined) => text?.replaceAll('\u00a0', ' ');
  expect(plain(view.root.querySelector('.verdict')?.textContent)).toBe(verdict);
  const next = view.root.querySelector<HTMLElement>('.verdict + p')!;
  expect([plain(next.textContent), next.hidden]).toEqual([more, more === '']);
});

test.each([
  ['a version that the gate refused', { active: false, standing: { kind: 'failed' } }, true],
  ['one that serves', { active: true, standing: { kind: 'passed' } }, false],
])('%s can be measured again from its result, or not: %#', (_, standing, offered) => {
  const lastResult = { ...counts, runId: 'a', adapterId: 'a-1', reason: '', heldOutLossBase: 2, heldOutLossTuned: 1 };
  view = new ResultView();
  view.update({ adapters: [{ id: 'a-1', ...standing }], lastResult } as unknown as RepotuneState);
  const again = [...view.root.querySelectorAll<HTMLElement>('vscode-button')].find((one) =>
    one.textContent!.startsWith('Use or Measure Again'),
  );
  expect(again!.hidden).toBe(!offered);
});

test('a completion of which neither model writes anything is not shown as an example', () => {
  const sample = { path: 'a.go', line: 3, before: 'x := ', base: '', tuned: '', expected: '1' };
  expect(shown({ ...counts, sample })).not.toMatch(/before and after$/);
  expect(shown({ ...counts, sample })).not.toContain('a.go');
  expect(shown({ ...counts, sample: { ...sample, tuned: '1' } })).toContain('a.go:3');
});
