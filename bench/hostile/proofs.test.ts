import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Listener } from './network.ts';
import { didItsWork, type Ended } from './proofs.ts';
import { type Room, STEPS } from './room.ts';
import { honestRoom } from './rooms/honest.ts';
import { visit } from './visit.ts';

const nothing: Ended = { exit: 0, killed: '', enough: false, said: '', wrote: false };

test('no step that ends at once has done its work', () => {
  expect(STEPS.filter((step) => didItsWork(step, nothing))).toEqual([]);
  expect(STEPS.filter((step) => didItsWork(step, { ...nothing, exit: 1, said: 'repotune: Nothing works.' }))).toEqual(
    [],
  );
});

test('a step that was killed has not done its work, whatever it had written', () => {
  expect(didItsWork('mine', { ...nothing, wrote: true })).toBe(true);
  expect(didItsWork('mine', { ...nothing, wrote: true, killed: 'took 3 GB' })).toBe(false);
});

const noRemote: Room = {
  name: 'no remote',
  build: (site) => ({ folder: site.repository().honest(1).root, noTraps: true }),
};
test.each<[string, Room, number]>([
  ['is mute where nothing is laid', noRemote, 1],
  [
    'shows nothing where a trap may have stopped it',
    { ...noRemote, build: (site) => ({ folder: site.repository().honest(1).root }) },
    0,
  ],
])('a step that cannot do its work %s', { timeout: 30_000 }, async (_title, room, expected) => {
  const scratch = mkdtempSync(join(tmpdir(), 'repotune-honest-'));
  await using listener = await Listener.start();
  try {
    const { mute } = await visit(room, scratch, listener, ['list']);
    expect(mute).toHaveLength(expected);
    for (const one of mute) expect(one).toMatch(/^list: it did not do its work in no remote: exit 1: /);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

test.runIf(process.platform === 'linux')(
  'in the honest room every step does its work, and raises no finding',
  { timeout: 120_000 },
  async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'repotune-honest-'));
    await using listener = await Listener.start();
    try {
      const { offenders, mute, steps, looked, found } = await visit(honestRoom, scratch, listener);
      expect(mute).toEqual([]);
      expect(offenders).toEqual([]);
      expect(steps.map(({ step }) => step)).toEqual(STEPS);
      expect(found).toBe(looked);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
);
