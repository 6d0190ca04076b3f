// npm run check:hostile: `--help` says what it does.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from '../server/common/bars.ts';
import { messageOf } from '../server/common/messageOf.ts';
import { commandLine, namesOf, refuse, wholeNumber } from './commandLine.ts';
import { type Controls, prove } from './hostile/controls.ts';
import { type Answer, serve, shareOut } from './hostile/crew.ts';
import { judge, type Seen, secondsByStep } from './hostile/judge.ts';
import { Listener } from './hostile/network.ts';
import type { Visit } from './hostile/offences.ts';
import { COMPILED } from './hostile/process.ts';
import { type Room, STEPS } from './hostile/room.ts';
import { honestRoom } from './hostile/rooms/honest.ts';
import { rooms } from './hostile/rooms/index.ts';
import { type TriedInputs, tryInputs } from './hostile/tryInputs.ts';
import { visit } from './hostile/visit.ts';

/** Messages from a child process of this check to its parent. */
type Told =
  | { readonly controls: Controls }
  | { readonly inputs: TriedInputs }
  | { readonly visit: Visit }
  | { readonly mute: string };

/** The programs of each may take up to 3 GB. */
const MOST_JOBS = 8;
const usualJobs = Math.min(MOST_JOBS, availableParallelism());

const USAGE = `usage: npm run check:hostile -- [options]

Hostile repositories, stores and clones, and everything a person does with one: opening it in an editor with and without trust, the
preview, mining, a tune up to its training, a completion, the team's adapters. Each in a home of its own, with programs on everything that
git's documentation lets a folder name. All rooms take about ten minutes on two cores; a kind of them, minutes.

options:
  --kind KIND[,KIND]   rooms of these kinds alone: ${Object.keys(rooms).join(', ')}
  --only TEXT          rooms with this text in their name
  --steps STEP[,STEP]  what is done with each: ${STEPS.join(', ')};
                       bars that none of them can show are missed
  --jobs N             rooms that are visited at once (${usualJobs})
  --in FOLDER          what a process of --jobs is started with: where it makes its rooms
  --keep               leave the rooms on disk
  --json               end with one line of JSON`;

const { values } = commandLine(USAGE, {
  kind: { type: 'string' },
  only: { type: 'string', default: '' },
  steps: { type: 'string' },
  jobs: { type: 'string', default: String(usualJobs) },
  in: { type: 'string' },
  keep: { type: 'boolean', default: false },
});
const asked = values.steps === undefined ? STEPS : namesOf('--steps', values.steps, STEPS);
const steps = STEPS.filter((step) => asked.includes(step));
const kinds = values.kind === undefined ? Object.keys(rooms) : namesOf('--kind', values.kind, Object.keys(rooms));
const jobs = wholeNumber('--jobs', values.jobs);
const trapped = kinds.flatMap((kind) => rooms[kind] ?? []).filter(({ name }) => name.includes(values.only));
if (trapped.length === 0) refuse(`There is no room with ${values.only} in its name.`);
if (values.in !== undefined && process.send === undefined) refuse('--in is for the processes of --jobs.');

interface Task {
  readonly name: string;
  perform(folder: string): Promise<Told>;
}

/** The longest first. */
const tasks: readonly Task[] = [
  { name: 'inputs of the command line', perform: async (folder) => ({ inputs: await tryInputs(folder) }) },
  { name: 'controls', perform: async (folder) => ({ controls: await prove(folder) }) },
  ...[honestRoom, ...trapped].map((room): Task => ({ name: room.name, perform: (folder) => inRoom(room, folder) })),
];

if (values.in === undefined) await lead();
else await serve((task) => perform(task, join(values.in!, `task${task}`)));

async function lead(): Promise<void> {
  const began = performance.now();
  const scratch = mkdtempSync(join(tmpdir(), 'repotune-hostile-'));
  process.once('exit', () => {
    if (values.keep) console.error(`kept: ${scratch}`);
    else rmSync(scratch, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const visits: Visit[] = [];
  const mute: string[] = [];
  let controls: Controls = { proven: [], mute: [] };
  let inputs: TriedInputs = { tried: 0, problems: [], hangs: [] };
  let done = 0;
  await shareOut<Told>(
    tasks.length,
    jobs,
    // Building one room blocks its process: another could not listen meanwhile.
    () => start(scratch),
    (task, answer) => {
      const { name } = tasks[task]!;
      const told = toldOr(name, answer);
      const seconds = Math.round((performance.now() - began) / 1000);
      const heading = `[${++done} of ${tasks.length}, ${seconds} s] ${name}`;
      tell(heading, 'visit' in told ? told.visit : null);
      if ('visit' in told) visits.push(told.visit);
      else if ('controls' in told) controls = told.controls;
      else if ('inputs' in told) inputs = told.inputs;
      else mute.push(told.mute);
    },
  );
  const names = [honestRoom, ...trapped].map(({ name }) => name);
  const seen = { controls: { ...controls, mute: [...controls.mute, ...mute] }, rooms: names, visits, steps, inputs };
  conclude(seen, Math.round((performance.now() - began) / 1000));
}

function start(scratch: string): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--in', scratch], {
    env: { ...process.env, ...COMPILED },
  });
}

async function perform(task: number, folder: string): Promise<Told> {
  const { name, perform } = tasks[task]!;
  try {
    return await perform(folder);
  } catch (error) {
    // A room that cannot be visited proves nothing, but the others still do.
    return { mute: `${name}: ${messageOf(error)}` };
  } finally {
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function inRoom(room: Room, folder: string): Promise<Told> {
  await using listener = await Listener.start();
  return { visit: await visit(room, folder, listener, steps) };
}

function toldOr(name: string, answer: Answer<Told>): Told {
  return 'told' in answer ? answer.told : { mute: `${name}: ${answer.died}` };
}

function conclude(seen: Seen, seconds: number): void {
  const { bars, offenders, proven, canaries, mute } = judge(seen);
  const { visits, inputs } = seen;
  for (const problem of [...inputs.problems, ...inputs.hangs]) console.error(`input ${problem}`);
  for (const name of mute) console.error(`mute: ${name}`);
  console.error(`canaries-proven ${proven} of ${canaries}`);
  const byStep = secondsByStep(visits);
  const parts = Object.entries(byStep).map(([step, seconds]) => `${step} ${seconds} s`);
  console.error(`${seconds} s; of their own time took all visits together: ${parts.join(', ')}`);
  report(bars, values.json, {
    rooms: visits.length,
    inputs: inputs.tried,
    canariesProven: proven,
    canaries,
    mute,
    offenders,
    seconds,
    secondsByStep: byStep,
    steps: visits.map(({ room, steps }) => ({ room, steps })),
  });
}

/** With --json, standard output is for the last line alone. */
function tell(heading: string, visit: Visit | null): void {
  if (values.json) {
    console.error(heading);
    return;
  }
  console.log(`\n${heading}${visit === null ? '' : foundIn(visit)}`);
  if (visit !== null) show(visit);
}

function foundIn({ looked, found }: Visit): string {
  return looked > 0 ? ` (${found} of ${looked} admitted texts found)` : '';
}

function show({ offenders, steps }: Visit): void {
  for (const { step, seconds, end } of steps)
    console.log(`    ${step} ${seconds} s: ${end.replaceAll('\n', ' ').slice(0, 400)}`);
  for (const { offence, step, what } of offenders) console.log(`  ${offence} [${step}] ${what}`);
}
