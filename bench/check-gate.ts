// npm run check:gate: `--help` says what it does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { grid } from '../server/common/format.ts';
import { commandLine, wholeNumber } from './commandLine.ts';
import { GateBench } from './gate/bench.ts';
import { type Spoiled, trialsOf } from './gate/trials.ts';
import { ShippedSources } from './shippedSources.ts';

const USAGE = `usage: npm run check:gate -- [FOLDER] [--steps N] [--json]

Adapters made worse on purpose, and honest ones, put before the gate that decides which may serve. The honest ones are judged where none
serves yet, against the base; the bad ones there too, and where an honest one serves. Another repository's is judged there alone, since it
may be better than the base. FOLDER is the repository to train on (sources that an npm package ships).

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
  const half = { steps: Math.ceil(steps / 2), seed: 1 };
  const noisy = await bench.withNoise(good);
  const shuffled = await bench.train('shuffled', { ...half, shuffled: true });
  const byHeart = await bench.train('overfitted', { ...half, pairs: 4, learningRate: 1e-2 });
  const elsewhere = await bench.train('elsewhere', { ...half, folder: sources.repository('tools') });
  const bad: readonly Spoiled[] = [
    { name: 'noise in its weights', path: noisy, scale: 1, worseThanBase: true },
    { name: 'sixteen times its scale', path: good, scale: 16, worseThanBase: true },
    { name: 'its scale reversed', path: good, scale: -1, worseThanBase: true },
    { name: 'shuffled middles', path: shuffled, scale: 1, worseThanBase: true },
    { name: 'four pairs learned by heart', path: byHeart, scale: 1, worseThanBase: true },
    { name: 'another repository', path: elsewhere, scale: 1, worseThanBase: false },
  ];
  for (const { name, path, scale, rival } of trialsOf(bad, good)) {
    const against = rival === null ? 'the base' : 'an honest adapter';
    note(name, against, false, await bench.judge(path, scale, rival));
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
