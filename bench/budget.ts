// npm run bench -- budget: `--help` says what it measures.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { AdapterStore } from '../server/adapters/store.ts';
import { type Bar, report } from '../server/common/bars.ts';
import { table } from '../server/common/format.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { budgetBars, type MeasuredRun, partShares, type TuneLine, tuneLine } from './budget/figures.ts';
import { commandLine, positiveNumber, refuse } from './commandLine.ts';

const USAGE = `usage: npm run bench -- budget --model GGUF REPOSITORY [--minutes N] [--before CHECKOUT] [--avx2] [--json]

Tunes on a clone of REPOSITORY as a user would, and says what the time went into.

options:
  --minutes N         (20)
  --before CHECKOUT   a built checkout of an earlier version, which tunes on another clone afterwards on the same machine: how many times
                      as much is learned is a bar only with it; it may take much longer than N minutes
  --avx2              with the kernels that a processor with AVX2 alone would choose
  --json              end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    model: { type: 'string' },
    minutes: { type: 'string', default: '20' },
    before: { type: 'string' },
    avx2: { type: 'boolean', default: false },
  },
  1,
);
const minutes = positiveNumber('--minutes', values.minutes);
const [repository] = positionals;
if (values.model === undefined || repository === undefined) refuse('Name a base with --model, and a repository.');
await bench(resolve(values.model), resolve(repository), values.before);

async function bench(model: string, from: string, before: string | undefined): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'repotune-budget-'));
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    kernels: values.avx2 ? 'as with AVX2 alone' : (process.env['REPOTUNE_KERNELS'] ?? 'the best there are'),
    loadBefore: loadavg()[0],
  };
  say(
    `${machine.cores} cores of ${machine.processor}, kernels: ${machine.kernels}; load ${machine.loadBefore?.toFixed(1)}`,
  );
  try {
    const now = await measured('now', packageRoot, clone(from, join(scratch, 'now')), model);
    const earlier =
      before === undefined
        ? null
        : await measured('before', resolve(before), clone(from, join(scratch, 'before')), model);
    const bars: Bar[] = budgetBars(now, earlier, minutes);
    if (!values.json) {
      console.log(table(partShares(now.result).map(({ part, text }) => [part, text])));
      console.log('');
    }
    if (earlier === null) say('tokens-learned-over-before is left out: --before names no earlier checkout.');
    report(bars, values.json, { machine, now, before: earlier });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Clones with history, which the split by time needs, and with its own store. */
function clone(from: string, to: string): string {
  say(`cloning ${from}`);
  const { status, stderr } = spawnSync('git', ['clone', '--quiet', '--', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${from} cannot be cloned: ${stderr}`);
  return to;
}

async function measured(name: string, checkout: string, folder: string, model: string): Promise<MeasuredRun> {
  const args = ['tune', folder, '--model', model, '--minutes', String(minutes), '--json'];
  // Even what a run of too few steps learns should be seen here.
  if (checkout === packageRoot) args.push('--anyway');
  // Earlier versions had no integer products: with AVX2 alone they chose these.
  const kernels = checkout === packageRoot ? 'integer-avx2' : 'avx2';
  const startedMs = performance.now();
  const child = spawn(process.execPath, [join(checkout, 'server', 'cli.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: values.avx2 ? { ...process.env, REPOTUNE_KERNELS: kernels } : process.env,
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const said = (async () => {
    for await (const line of createInterface({ input: child.stderr })) say(`${name}: ${line}`);
  })();
  let result: TuneLine | null = null;
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('{')) result = tuneLine(line);
  await said;
  const status = await ended;
  if (status !== 0 || result === null)
    throw new Error(`The run in ${checkout} ended with ${status} and without a result.`);
  // The whole process, including what the run's own clock does not cover.
  const wallMinutes = (performance.now() - startedMs) / 60_000;
  const { manifest } = await (await AdapterStore.of(folder)).find(result.adapterId);
  return { result, wallMinutes, tokens: manifest.training.tokens, trainingSeconds: manifest.training.seconds };
}

function say(text: string): void {
  const seconds = Math.round(performance.now() / 1000);
  console.error(`${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${text}`);
}
