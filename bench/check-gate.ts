// npm run check:gate: `--help` says what it does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { grid } from '../server/common/format.ts';
import { commandLine, wholeNumber } from './commandLine.ts';
import { GateBench } from './gate/bench.ts';
import { ShippedSources } from './shippedSources.ts';

const USAGE = `usage: npm run check:gate -- [FOLDER] [--steps N] [--json]

Adapters made worse on purpose, and honest ones, put before the gate that decides which may serve. The honest ones are judged against the
base; the bad ones against the base and against an honest one. FOLDER is the repository to train on (sources that an npm package ships).

options:
  --steps N   of an honest adapter (200)
  --json      end with one line of JSON`;

const { values, positionals } = commandLine(USAGE, { steps: { type: 'string', default: '200' } }, 1);
const startedMs = performance.now();
// About as many as in a run: the gain of forty steps on a good base cannot be told from chance at sixty places.
const steps = wholeNumber('--steps', values.steps);
const scratch = await mkdtemp(join(tmpdir(), 'repotune-gate-'));
using sources = new ShippedSources();
const folder = positionals[0] === undefined ? sources.repository('msal') : resolve(positionals[0]);
const bench = await GateBench.open(folder, scratch);
try {
  const rows: string[][] = [];
  const counts = { badActivated: 0, goodRefused: 0 };
  const note = (name: string, rival: string, honest: boolean, verdict: { activate: boolean; reason: string }): void => {
    if (honest && !verdict.activate) counts.goodRefused++;
    if (!honest && verdict.activate) counts.badActivated++;
    rows.push([name, rival, honest ? 'good' : 'bad', verdict.activate ? 'activated' : 'refused']);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    if (!values.json) console.log(`${seconds} s: ${name} against ${rival}: ${verdict.reason}`);
  };
  const honest: string[] = [];
  for (const seed of [1, 2, 3]) {
    const path = await bench.train(`honest-${seed}`, { steps, seed });
    honest.push(path);
    note(`honest, seed ${seed}`, 'the base', true, await bench.judge(path, 1, null));
  }
  const [good] = honest as [string];
  const bad: readonly (readonly [string, string, number])[] = [
    ['noise in its weights', await bench.withNoise(good), 1],
    ['sixteen times its scale', good, 16],
    ['its scale reversed', good, -1],
    ['shuffled middles', await bench.train('shuffled', { steps: Math.ceil(steps / 2), seed: 1, shuffled: true }), 1],
    [
      'four pairs learned by heart',
      await bench.train('overfitted', { steps: Math.ceil(steps / 2), seed: 1, pairs: 4, learningRate: 1e-2 }),
      1,
    ],
    [
      'another repository',
      await bench.train('elsewhere', { steps: Math.ceil(steps / 2), seed: 1, folder: sources.repository('tools') }),
      1,
    ],
  ];
  for (const [name, path, scale] of bad) {
    note(name, 'an honest adapter', false, await bench.judge(path, scale, good));
  }
  if (!values.json) console.log(`\n${grid(['adapter', 'against', 'is', 'gate'], rows)}\n`);
  report(
    [
      { name: 'bad-adapters-activated', value: counts.badActivated, op: '<=', bar: 0 },
      { name: 'good-adapters-refused', value: counts.goodRefused, op: '<=', bar: 1 },
    ],
    values.json,
    { rows },
  );
} finally {
  await bench.close();
  await rm(scratch, { recursive: true, force: true });
}
