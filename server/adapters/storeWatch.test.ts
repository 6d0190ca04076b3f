import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addObservations, startExperiment, stopExperiment } from './experiment.ts';
import { setRoute } from './routes.ts';
import { AdapterStore } from './store.ts';
import { StoreWatch } from './storeWatch.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-watch-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const none = { offered: 1, accepted: 0, survived: 0, keptShare: 0, keptShareSquared: 0 };
const begin = async (): Promise<string> =>
  (await startExperiment(dir, { active: null, rival: 'a-1', share: 0.5 }, 0)).startedAt;

it.each<[string, boolean, () => Promise<unknown>]>([
  ['a switch', true, () => new AdapterStore(dir).disable('elsewhere')],
  ['a route', true, () => setRoute(dir, { language: 'go', adapter: 'a-1' })],
  ['a comparison that begins', true, begin],
  ['nothing', false, async () => {}],
  ['an entry of the audit log', false, () => new AdapterStore(dir).audit.append('tune', null, '')],
])('%s by another process is noticed: %s', async (_title, noticed, change) => {
  let nowMs = 0;
  const watch = new StoreWatch(() => nowMs);
  expect(await watch.changed(dir)).toBe(false);
  await change();
  nowMs += 500;
  expect(await watch.changed(dir)).toBe(false);
  nowMs += 600;
  expect(await watch.changed(dir)).toBe(noticed);
  nowMs += 1100;
  expect(await watch.changed(dir)).toBe(false);
});

it('what a comparison counts is none, its end is one', async () => {
  const startedAt = await begin();
  let nowMs = 0;
  const watch = new StoreWatch(() => (nowMs += 2000));
  await watch.changed(dir);
  await addObservations(dir, startedAt, { active: none, rival: none });
  expect(await watch.changed(dir)).toBe(false);
  await stopExperiment(dir);
  expect(await watch.changed(dir)).toBe(true);
});
