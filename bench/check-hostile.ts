// npm run check:hostile: `--help` says what it does.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from '../server/common/bars.ts';
import { messageOf } from '../server/common/messageOf.ts';
import { commandLine, namesOf, refuse, wholeNumber } from './commandLine.ts';
import { prove } from './hostile/controls.ts';
import { judge, type Seen } from './hostile/judge.ts';
import { Listener } from './hostile/network.ts';
import { type Room, STEPS } from './hostile/room.ts';
import { honestRoom } from './hostile/rooms/honest.ts';
import { rooms } from './hostile/rooms/index.ts';
import { tryInputs } from './hostile/tryInputs.ts';
import { LEARNED_BY, type Visit, visit } from './hostile/visit.ts';

/** Messages from a child process of this check to its parent. */
type Told = { readonly visit: Visit } | { readonly mute: string };

const USAGE = `usage: npm run check:hostile -- [options]

Hostile repositories, stores and clones, and everything a person does with one: opening it in an editor with and without trust, the
preview, mining, a tune up to its training, a completion, the team's adapters. Each in a home of its own, with programs on everything that
git's documentation lets a folder name.

options:
  --kind KIND[,KIND]   rooms of these kinds alone: ${Object.keys(rooms).join(', ')}
  --only TEXT          rooms with this text in their name
  --steps STEP[,STEP]  what is done with each: ${STEPS.join(', ')}
  --jobs N             processes that visit rooms (1)
  --share K/N          of N shares of the rooms, this one: for the processes of --jobs
  --keep               leave the rooms on disk
  --json               end with one line of JSON`;

const { values } = commandLine(USAGE, {
  kind: { type: 'string' },
  only: { type: 'string', default: '' },
  steps: { type: 'string' },
  jobs: { type: 'string', default: '1' },
  // For a child process: its share of the rooms, and of how many shares.
  share: { type: 'string' },
  keep: { type: 'boolean', default: false },
});
const asked = values.steps === undefined ? STEPS : namesOf('--steps', values.steps, STEPS);
const steps = STEPS.filter((step) => asked.includes(step));
const kinds = values.kind === undefined ? Object.keys(rooms) : namesOf('--kind', values.kind, Object.keys(rooms));
const jobs = wholeNumber('--jobs', values.jobs);
const trapped = kinds.flatMap((kind) => rooms[kind] ?? []).filter(({ name }) => name.includes(values.only));
if (trapped.length === 0) refuse(`There is no room with ${values.only} in its name.`);
if (values.share !== undefined && process.send === undefined) refuse('--share is for the processes of --jobs.');
const scratch = mkdtempSync(join(tmpdir(), 'repotune-hostile-'));
try {
  if (values.share === undefined) await lead();
  else await visitShare(values.share, (told) => process.send!(told));
} finally {
  if (values.keep) console.error(`kept: ${scratch}`);
  else rmSync(scratch, { recursive: true, force: true });
}
// The channel to the parent would keep this process alive.
if (process.connected) process.disconnect();

async function lead(): Promise<void> {
  const controls = await prove(join(scratch, 'controls'));
  const visits: Visit[] = [];
  const hear = (told: Told): void => {
    if ('mute' in told) {
      controls.mute.push(told.mute);
      return;
    }
    visits.push(told.visit);
    if (!values.json) show(told.visit);
  };
  if (jobs === 1) await visitShare('0/1', hear);
  else await Promise.all(Array.from({ length: jobs }, (_, at) => inAnother(`${at}/${jobs}`, hear)));
  const inputs = await tryInputs(join(scratch, 'inputs'));
  const searched = LEARNED_BY.some((step) => steps.includes(step));
  conclude({ controls, rooms: chosen().map(({ name }) => name), visits, searched, inputs });
}

/** Rooms are visited in separate processes, so that building one does not block another from listening. */
async function inAnother(share: string, hear: (told: Told) => void): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--share', share]);
  child.on('message', (told: Told) => hear(told));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) hear({ mute: `the share ${share} of the rooms ended with ${code}` });
}

async function visitShare(share: string, tell: (told: Told) => void): Promise<void> {
  const [mine = 0, of = 1] = share.split('/').map(Number);
  for (const [at, room] of chosen().entries()) {
    if (at % of !== mine) continue;
    await using listener = await Listener.start();
    const folder = join(scratch, `room${at}`);
    try {
      tell({ visit: await visit(room, folder, listener, steps) });
    } catch (error) {
      // A room that cannot be visited proves nothing, but the others still do.
      tell({ mute: `${room.name}: ${messageOf(error)}` });
    }
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}

function conclude(seen: Seen): void {
  const { bars, offenders, proven, canaries, mute } = judge(seen);
  const { visits, inputs } = seen;
  for (const problem of [...inputs.problems, ...inputs.hangs]) console.error(`input ${problem}`);
  for (const name of mute) console.error(`mute: ${name}`);
  console.error(`canaries-proven ${proven} of ${canaries}`);
  report(bars, values.json, {
    rooms: visits.length,
    inputs: inputs.tried,
    canariesProven: proven,
    canaries,
    mute,
    offenders,
    steps: values.json ? visits.map(({ room, steps }) => ({ room, steps })) : [],
  });
}

function show({ room, offenders, steps, looked, found }: Visit): void {
  console.log(`\n${room}${looked > 0 ? ` (${found} of ${looked} admitted texts found)` : ''}`);
  for (const { step, seconds, end } of steps)
    console.log(`    ${step} ${seconds} s: ${end.replaceAll('\n', ' ').slice(0, 400)}`);
  for (const { offence, step, what } of offenders) console.log(`  ${offence} [${step}] ${what}`);
}

function chosen(): Room[] {
  return [honestRoom, ...trapped];
}
