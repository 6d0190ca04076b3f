// npm run bench -- keep-up: `--help` says what it measures.
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { gitText } from '../server/git/git.ts';
import { resolveModel } from '../server/models/bundled.ts';
import { sha256OfModel } from '../server/storage/hash.ts';
import { writeAside } from '../server/storage/writeAside.ts';
import { KEEP_UP, type KeepUpMethod } from '../server/tuning/keepUp.ts';
import { commandLine, refuse, wholeNumber, wholeNumberIfGiven } from './commandLine.ts';
import { benchCache } from './complete/shapeModel.ts';
import { curveOf } from './keepUp/curve.ts';
import { barsOf, figuresOf, type KeepUpFigures, tableOf } from './keepUp/figures.ts';
import { walk } from './keepUp/walk.ts';

const USAGE = `usage: npm run bench -- keep-up REPOSITORY... [options]

Walks the newest commits of each repository forward in chunks. Before each chunk the loss and the characters kept at places that it adds to are
measured, then it is learned. Additions that share text with the tree at the chunk's start are left out. Arms:
  base   the base as it is
  once   one tune, before the first chunk
  anew   a tune from scratch before each chunk
  kept   the adapter before, going on with what the last chunk wrote and a replay of older code and of code from elsewhere
Results are kept in the work folder: the same command resumes where it was stopped.

options:
  --commits N           of the first-parent history (200)
  --chunks N            (5)
  --tokens N            of each tune from scratch (400000)
  --keep-up-tokens N    of each chunk at most, to keep up (a quarter of --tokens)
  --pairs N             scored of each chunk at most (60)
  --older N             scored of older code, and of Repotune's own, at most (100)
  --places N            completed of these (16)
  --model GGUF          (the bundled one)
  --method NAME=VALUE[,NAME=VALUE]  another way of keeping up: ${Object.keys(KEEP_UP).join(', ')}
  --seed N              (1)
  --threads N
  --work FOLDER         where results are kept
  --curve FOLDER        draw each repository's losses over time there, as SVG
  --json                end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    commits: { type: 'string', default: '200' },
    chunks: { type: 'string', default: '5' },
    tokens: { type: 'string', default: '400000' },
    'keep-up-tokens': { type: 'string' },
    pairs: { type: 'string', default: '60' },
    older: { type: 'string', default: '100' },
    places: { type: 'string', default: '16' },
    model: { type: 'string' },
    method: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '0' },
    work: { type: 'string' },
    curve: { type: 'string' },
  },
  Number.POSITIVE_INFINITY,
);
const [commits, chunks] = [wholeNumber('--commits', values.commits, 2), wholeNumber('--chunks', values.chunks, 2)];
const tokens = wholeNumber('--tokens', values.tokens, 1024);
const keepUpTokens = wholeNumberIfGiven('--keep-up-tokens', values['keep-up-tokens']) ?? Math.floor(tokens / 4);
const [pairs, older] = [wholeNumber('--pairs', values.pairs), wholeNumber('--older', values.older)];
const [places, seed] = [wholeNumber('--places', values.places, 0), wholeNumber('--seed', values.seed, 0)];
const threads = wholeNumber('--threads', values.threads, 0);
if (positionals.length === 0) refuse('Name the repositories to walk through.');
await bench(
  positionals.map((path) => resolve(path)),
  methodOf(values.method) ?? refuse(`--method takes ${Object.keys(KEEP_UP).join(', ')}, each with a number.`),
);

async function bench(folders: readonly string[], method: KeepUpMethod): Promise<void> {
  const modelPath = resolve(resolveModel(values.model));
  const engine = createCompletionEngine();
  const figures: KeepUpFigures[] = [];
  try {
    const model = await engine.load({ modelPath, contextTokens: 1024, device: 'cpu', threads });
    for (const folder of folders) {
      const head = (await gitText(folder, ['rev-parse', 'HEAD'])) ?? '';
      const key = [await sha256OfModel(modelPath), head, commits, chunks, tokens, pairs, places, seed];
      const name = `${basename(folder)}-${hashed(JSON.stringify(key))}`;
      const work = join(values.work === undefined ? join(benchCache, 'keep-up') : resolve(values.work), name);
      say(`work folder: ${work}`);
      const walked = await walk(folder, {
        serving: { engine, model },
        ...{ commits, chunks, pairs, older, places, seed, threads, method, work, say },
        tuneTokens: tokens,
        keepUpTokens,
        methodName: hashed(JSON.stringify([method, keepUpTokens])),
      });
      const one = figuresOf(walked);
      figures.push(one);
      if (values.curve !== undefined)
        await writeAside(join(resolve(values.curve), `keep-up-${one.repository}.svg`), curveOf(one));
      if (values.json) say(tableOf(one));
      else console.log(`${tableOf(one)}\n`);
    }
  } finally {
    await engine.dispose();
  }
  report(barsOf(figures), values.json, {
    model: basename(modelPath),
    commits,
    chunks,
    tokens,
    keepUpTokens,
    method,
    figures,
  });
}

/** null for an invalid name or number. */
function methodOf(spec: string): KeepUpMethod | null {
  const changed: Record<string, number> = { ...KEEP_UP };
  for (const part of spec.split(',').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=');
    if (!Object.hasOwn(changed, name) || !(Number(value) >= 0) || !Number.isFinite(Number(value)) || value === '')
      return null;
    changed[name] = Number(value);
  }
  return changed as unknown as KeepUpMethod;
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function say(text: string): void {
  const seconds = Math.round(performance.now() / 1000);
  console.error(`${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${text}`);
}
