import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RepotuneState } from '../server/protocol/index.ts';
import type { TuneProgress } from '../server/protocol/tune.ts';
import { whenKeys } from './whenKeys.ts';

const run = { runId: 'r', stage: 'training' } as TuneProgress;
const state = { run: null, paused: false, adapters: [] } as unknown as RepotuneState;

test.each<[string, Partial<RepotuneState>, readonly string[]]>([
  ['nothing runs', {}, []],
  ['a tune runs', { run }, ['tuning', 'holdable']],
  ['its user holds it', { run, paused: true }, ['tuning', 'holdable', 'paused']],
  ['it waits for power, whatever its user says', { run, paused: true, waitsForPower: true }, ['tuning', 'paused']],
  ['it runs on a cluster, which goes on', { run: { ...run, cluster: 'http://ray' } }, ['tuning']],
  ['it was not asked for', { run: { ...run, background: true } }, []],
  ['it has ended', { run: { ...run, stage: 'done' } }, []],
])('where %s, the commands go by that', (_, change, keys) => {
  const set = Object.entries(whenKeys({ ...state, ...change })).flatMap(([key, is]) => (is ? [key] : []));
  expect(set).toEqual(keys.map((key) => `repotune.${key}`));
});

test('pausing is offered where it does something', () => {
  const { contributes } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const when = (command: string) =>
    contributes.menus.commandPalette.find((item: { command: string }) => item.command === command).when;
  expect([when('repotune.pause'), when('repotune.resume')]).toEqual([
    'repotune.holdable && !repotune.paused',
    'repotune.holdable && repotune.paused',
  ]);
});
