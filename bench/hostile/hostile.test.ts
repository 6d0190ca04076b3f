import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { prove } from './controls.ts';
import { Listener } from './network.ts';
import { shortRooms } from './rooms/short.ts';
import { visit } from './visit.ts';

const scratch = mkdtempSync(join(tmpdir(), 'repotune-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** One of each kind that the rooms below have. */
const PROVEN = ['core.fsmonitor', 'gpg.program', 'remote.trap.uploadpack', 'submodule.diff.external'];

test('traps like those in the rooms below can fire', { timeout: 60_000 }, async () => {
  const { proven, mute } = await prove(join(scratch, 'controls'), (trap) => PROVEN.includes(trap));
  expect(mute).toEqual([]);
  expect(proven).toEqual(expect.arrayContaining([...PROVEN, 'the network', 'a file that is read']));
});

test.each(shortRooms.map((room, at) => ({ at, room })))(
  'nothing runs, leaks or hangs in room: $room.name',
  { timeout: 120_000 },
  async ({ at, room }) => {
    await using listener = await Listener.start();
    const { offenders, looked, found } = await visit(room, join(scratch, `room${at}`), listener);
    expect(offenders.map(({ offence, step, what }) => `${offence} [${step}] ${what}`)).toEqual([]);
    // A search that misses what is there proves nothing.
    expect(found).toBe(looked);
  },
);
