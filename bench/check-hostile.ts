/**
 * Hostile repositories, stores and clones, and everything a person does with one: opening it in an editor with and without trust,
 * the preview, mining, a tune up to its training, a completion, the team's adapters. Each in a home of its own, with programs on
 * everything that git's documentation lets a folder name.
 * usage: npm run check:hostile -- [--kind programs,slow,…] [--only part of a room's name] [--steps open,mine,…] [--keep] [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { report } from '../server/common/bars.ts';
import { messageOf } from '../server/common/messageOf.ts';
import { prove } from './hostile/controls.ts';
import { Listener } from './hostile/network.ts';
import { type Room, STEPS, type Step } from './hostile/room.ts';
import { honestRoom } from './hostile/rooms/honest.ts';
import { rooms } from './hostile/rooms/index.ts';
import { OFFENCES, type Visit, visit } from './hostile/visit.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    only: { type: 'string', default: '' },
    steps: { type: 'string' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const steps = values.steps === undefined ? STEPS : STEPS.filter((step) => values.steps!.split(',').includes(step));
const scratch = mkdtempSync(join(tmpdir(), 'repotune-hostile-'));
try {
  const controls = await prove(join(scratch, 'controls'));
  // First an honest one, by whose times the others are judged.
  const visits: Visit[] = [];
  const patience: Partial<Record<Step, number>> = {};
  for (const [at, room] of chosen().entries()) {
    await using listener = await Listener.start();
    const folder = join(scratch, `room${at}`);
    try {
      const visited = await visit(room, folder, listener, steps, patience);
      if (room === honestRoom) for (const { step, seconds } of visited.steps) patience[step] = 1000 * seconds;
      visits.push(visited);
      if (!values.json) show(visited);
    } catch (error) {
      // A room that cannot be visited says nothing, and the others still do.
      controls.mute.push(`${room.name}: ${messageOf(error)}`);
    }
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
  const offenders = visits.flatMap(({ offenders }) => offenders);
  const looked = visits.reduce((sum, visit) => sum + visit.looked, 0);
  const found = visits.reduce((sum, visit) => sum + visit.found, 0);
  const proven = controls.proven.length + found;
  const canaries = controls.proven.length + controls.mute.length + looked;
  for (const name of controls.mute) console.error(`mute: ${name}`);
  console.error(`canaries-proven ${proven} of ${canaries}`);
  report(
    [
      ...OFFENCES.map((name) => ({
        name,
        value: offenders.filter(({ offence }) => offence === name).length,
        op: '<=' as const,
        bar: 0,
      })),
      { name: 'canaries-mute', value: canaries - proven, op: '<=', bar: 0 },
    ],
    values.json,
    {
      rooms: visits.length,
      canariesProven: proven,
      canaries,
      mute: controls.mute,
      offenders,
      steps: values.json ? visits.map(({ room, steps }) => ({ room, steps })) : [],
    },
  );
} finally {
  if (values.keep) console.error(`kept: ${scratch}`);
  else rmSync(scratch, { recursive: true, force: true });
}

function show({ room, offenders, steps, looked, found }: Visit): void {
  console.log(`\n${room}${looked > 0 ? ` (${found} of ${looked} admitted texts found)` : ''}`);
  for (const { step, seconds, end } of steps)
    console.log(`    ${step} ${seconds} s: ${end.replaceAll('\n', ' ').slice(0, 400)}`);
  for (const { offence, step, what } of offenders) console.log(`  ${offence} [${step}] ${what}`);
}

function chosen(): Room[] {
  const kinds = values.kind === undefined ? Object.keys(rooms) : values.kind.split(',');
  return [honestRoom, ...kinds.flatMap((kind) => rooms[kind] ?? []).filter(({ name }) => name.includes(values.only))];
}
