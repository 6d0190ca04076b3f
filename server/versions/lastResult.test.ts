import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { lastResult, sampleOf } from './lastResult.ts';
import { addVersion, emptyReport, type VersionSpec } from './testing.ts';

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-result-'));
  store = new AdapterStore(join(dir, 'repotune'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const add = (spec: VersionSpec): Promise<void> => addVersion(store, dir, spec);
const shown = async (): Promise<string | undefined> => (await lastResult(store, '/code'))?.adapterId;

test('an empty store has no result', async () => {
  expect(await shown()).toBeUndefined();
});

test('the newest of two runs is the result', async () => {
  await add({ id: 'old-1', day: 1 });
  await add({ id: 'new-2', day: 2 });
  expect(await shown()).toBe('new-2');
});

test('a newer import, which has no figures, does not hide the run', async () => {
  await add({ id: 'mine-1', day: 1 });
  await add({ id: 'theirs-2', day: 2, metrics: null, origin: { kind: 'imported', from: 'theirs.gguf' } });
  expect(await shown()).toBe('mine-1');
});

test('a report that cannot be read takes only the example away', async () => {
  await add({ id: 'run-1', day: 1 });
  await add({ id: 'run-2', day: 2 });
  await writeFile(join((await store.find('run-2')).dir, 'report.json'), '{');
  expect(await lastResult(store, '/code')).toMatchObject({ adapterId: 'run-2', sample: null });
});

test('a refit, which has no figures, does not hide the run before it', async () => {
  await add({ id: 'run-1', day: 1 });
  await add({ id: 'refit-2', day: 2, metrics: null });
  expect(await shown()).toBe('run-1');
});

test('a colleague’s version is not the result of this clone, even when it was measured here', async () => {
  await add({ id: 'mine-1', day: 1 });
  await add({ id: 'theirs-2', day: 2, origin: { kind: 'pulled', from: 'A Colleague' } });
  expect(await shown()).toBe('mine-1');
  await store.keepJudgement(await store.find('theirs-2'), { passed: true, reason: 'Better.', report: emptyReport }, 0);
  expect(await shown()).toBe('mine-1');
  await store.remove('mine-1');
  expect(await shown()).toBeUndefined();
});

test.each([
  ['differ', ['', 'b'], ['', ''], 2],
  ['are alike where something is suggested', ['', 'a'], ['', 'a'], 2],
  ['are silent everywhere', ['', ''], ['', ''], 1],
] as const)('shows the example that tells most where base and tuned %s', (_, base, tuned, line) => {
  const examples = base.map((text, i) => ({
    path: 'a.ts',
    line: i + 1,
    kind: 'line',
    before: '',
    expected: 'x',
    base: text,
    tuned: tuned[i]!,
  }));
  expect(sampleOf({ ...emptyReport, examples })?.line).toBe(line);
});
