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
  ['the user paused the tune', { run, paused: true }, ['tuning', 'holdable', 'paused']],
  ['the tune waits for power, paused or not', { run, paused: true, waitsForPower: true }, ['tuning', 'paused']],
  ['the tune runs on a cluster', { run: { ...run, cluster: 'http://ray' } }, ['tuning']],
  ['the tune was not asked for', { run: { ...run, background: true } }, []],
  ['something served before', { previous: { name: null } }, ['canRollBack']],
  ['the tune has ended', { run: { ...run, stage: 'done' } }, []],
])('sets the keys of the commands when %s', (_, change, keys) => {
  const set = Object.entries(whenKeys({ ...state, ...change })).flatMap(([key, is]) => (is ? [key] : []));
  expect(set).toEqual(keys.map((key) => `repotune.${key}`));
});

test('pausing, resuming and rolling back are offered only where they do something', () => {
  const { contributes } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const when = (command: string) =>
    contributes.menus.commandPalette.find((item: { command: string }) => item.command === command).when;
  expect([when('repotune.pause'), when('repotune.resume'), when('repotune.rollBack')]).toEqual([
    'repotune.holdable && !repotune.paused',
    'repotune.holdable && repotune.paused',
    'repotune.canRollBack',
  ]);
});
