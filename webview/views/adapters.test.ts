// @vitest-environment happy-dom
/** The panel's list of adapters, by keyboard. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { AdapterSummary, RepotuneState, SharedAdapter } from '../../server/protocol/index.ts';
import { element } from '../dom.ts';

const posted: unknown[] = [];
vi.stubGlobal('acquireVsCodeApi', () => ({
  postMessage: (message: unknown) => posted.push(message),
  getState: () => undefined,
  setState: () => undefined,
}));
const { AdaptersView } = await import('./adapters.ts');

const adapter = (id: string, active: boolean): AdapterSummary =>
  ({
    id,
    name: `tune ${id}`,
    createdAtMs: 1e12 + Number(id),
    active,
    commit: 'c0ffee00',
    heldOutLossBase: 1.2,
    heldOutLossTuned: 1.1,
    standing: { reason: '' },
  }) as unknown as AdapterSummary;

const state = (...adapters: AdapterSummary[]): RepotuneState =>
  ({ folder: { path: '/home/ann/app' }, adapters, source: 'adapter', commitsSinceTune: 0 }) as unknown as RepotuneState;

let view: InstanceType<typeof AdaptersView>;
let page: HTMLElement;
beforeEach(() => {
  view = new AdaptersView();
  page = element('section', { tabindex: 0 }, view.root);
  document.body.replaceChildren(page);
  posted.length = 0;
});

const control = (label: string): HTMLElement => view.root.querySelector<HTMLElement>(`[aria-label^="${label}"]`)!;

test('keeps the focus on the same action of the same adapter when a new version appears above', () => {
  view.update(state(adapter('1', true)));
  control('Rename… tune 1').focus();
  view.update(state(adapter('2', true), adapter('1', false)));
  expect(document.activeElement).toBe(control('Rename… tune 1'));
  (document.activeElement as HTMLElement).click();
  expect(posted).toMatchObject([{ type: 'run', command: 'repotune.renameAdapter', argument: '1' }]);
});

test('versions that share a name are told apart by their time in their titles, and others have it below', () => {
  const titles = (): (string | null)[] =>
    [...view.root.querySelectorAll('strong')].map(({ textContent }) => textContent);
  const alike = { name: 'app' };
  view.update(
    state({ ...adapter('60000', true), ...alike }, { ...adapter('1', false), ...alike }, adapter('2', false)),
  );
  const at = (ms: number): string => new Date(ms).toLocaleString();
  expect(titles()).toEqual([`app, ${at(1e12 + 60_000)}`, `app, ${at(1e12 + 1)}`, 'tune 2']);
  expect(view.root.textContent.split(at(1e12 + 60_000))).toHaveLength(4);
  view.update(state({ ...adapter('60000', true), ...alike }));
  expect(titles()).toEqual(['app']);
});

test('rolling back is offered only where something served before, and says what comes back', () => {
  const rollBack = [...view.root.querySelectorAll('vscode-button')].find((one) => one.textContent === 'Roll Back')!;
  const shown = (previous: RepotuneState['previous']) => {
    view.update({ ...state(adapter('1', true)), previous: previous ?? null });
    return (rollBack as HTMLElement).hidden ? null : (rollBack as HTMLElement).title;
  };
  expect(shown(null)).toBeNull();
  expect(shown({ name: null })).toBe('Switch back to the base model alone');
  expect(shown({ name: 'tune 0' })).toMatch(/^Switch back to .*tune 0/);
});

test('a version that failed and was chosen all the same is not said to be inactive', () => {
  const reason = 'Kept, not activated: it may be chance.';
  const failed = (active: boolean): AdapterSummary => ({
    ...adapter('1', active),
    standing: { kind: 'failed', reason },
  });
  view.update(state(failed(false)));
  expect(view.root.textContent).toContain(reason);
  expect(view.root.textContent).not.toContain('all the same');
  view.update(state(failed(true)));
  expect(view.root.textContent).toContain(`In use all the same. The verdict was: ${reason}`);
});

test('moves the focus to the page, not to another adapter, when the focused action is gone', () => {
  view.update(state(adapter('2', true), adapter('1', false)));
  control('Delete… tune 2').focus();
  view.update(state(adapter('1', false)));
  expect(document.activeElement).toBe(page);
});

test('what the team shares follows what is downloaded and deleted, until it is asked for again', () => {
  const unmeasured = { heldOutLossBase: null, heldOutLossTuned: null };
  const unsigned = { signature: '', revoked: false, newAuthor: false, otherKey: false };
  const described = {
    set: 'ann',
    author: 'ann',
    createdAtMs: 0,
    baseName: 'coder',
    sizeBytes: 1,
    ...unmeasured,
    ...unsigned,
  };
  const shared = (id: string, here: boolean): SharedAdapter => ({ id, here, ...described });
  const answer = {
    adapters: [shared('1', false), shared('2', true), shared('3', true)],
    unusable: 0,
    warnings: ['Large store.'],
  };
  view.update(state(adapter('2', true)));
  view.take({ type: 'answer', question: 'team', folder: '/home/ann/app', answer });
  const offered = () => ['1', '2', '3'].filter((id) => control(`Get… ${id}`) !== null);
  expect(offered()).toEqual(['1']);
  control('Get… 1').focus();
  view.update(state(adapter('1', false), adapter('2', true)));
  expect(offered()).toEqual([]);
  expect(document.activeElement).toBe(page);
  view.update(state(adapter('1', false)));
  // The third was here before the state told of it, if it ever does.
  expect(offered()).toEqual(['2']);
  expect(view.root.textContent).toContain('Large store.');
  // Downloaded while the remote was being asked.
  view.take({ type: 'answer', question: 'team', folder: '/home/ann/app', answer });
  expect(offered()).toEqual([]);
  // A list that is no longer shown does not come back.
  view.take({ type: 'failure', question: 'team', folder: '/home/ann/app', message: 'No remote.' });
  view.update(state());
  expect(offered()).toEqual([]);
});
