// npm run bench -- beginnings: `--help` says what it measures.
import { basename, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { grid } from '../server/common/format.ts';
import { generate } from '../server/completion/generate.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { type Beginning, beginningsIn } from './beginnings/files.ts';
import { commandLine, refuse, wholeNumber } from './commandLine.ts';
import { randomOf } from './typist.ts';

const USAGE = `usage: npm run bench -- beginnings FOLDER... [--model GGUF] [--adapter GGUF] [--files N] [--seed N] [--json]

How often the next line is right at the beginning of a file, told its name as a completion is, beside the same prompt without it.

options:
  --model GGUF    (the bundled base)
  --adapter GGUF  of that base, suffix-first where the base is asked so
  --files N       of each repository (14)
  --seed N        (1)
  --json          end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    model: { type: 'string', default: bundledModelPath() },
    adapter: { type: 'string' },
    files: { type: 'string', default: '14' },
    seed: { type: 'string', default: '1' },
  },
  Number.POSITIVE_INFINITY,
);
if (positionals.length === 0) refuse('Name the repositories.');
const files = wholeNumber('--files', values.files);
const random = randomOf(wholeNumber('--seed', values.seed, 0));
const path = values.adapter === undefined ? null : resolve(values.adapter);
const adapter = path === null ? null : { id: path, path, scale: 1 };
const MOST_TOKENS = 40;

interface Tally {
  places: number;
  right: number;
  rightNamed: number;
  kept: number;
  keptNamed: number;
}

const engine = createCompletionEngine();
const model = await engine.load({ modelPath: resolve(values.model), contextTokens: 2048, device: 'cpu' });
const stages = new Map<string, Tally>();
for (const folder of positionals.map((one) => resolve(one))) {
  if (!values.json) console.error(`${basename(folder)}…`);
  for (const beginning of beginningsIn(folder, files, random)) await tally(basename(folder), beginning);
}
await engine.dispose();
const all = [...stages.values()];
const total = (of: (tally: Tally) => number): number => all.reduce((sum, one) => sum + of(one), 0);
if (!values.json)
  console.log(
    grid(
      ['what is there', 'places', 'right lines', 'named', 'characters kept', 'named'],
      [...stages].map(([stage, { places, right, rightNamed, kept, keptNamed }]) => [
        stage,
        `${places}`,
        `${((100 * right) / places).toFixed(0)} %`,
        `${((100 * rightNamed) / places).toFixed(0)} %`,
        (kept / places).toFixed(1),
        (keptNamed / places).toFixed(1),
      ]),
    ),
  );
report(
  [
    {
      name: 'characters-kept-named-over-unnamed',
      value: total(({ keptNamed }) => keptNamed) / total(({ kept }) => kept),
      op: '>=',
      bar: 1,
    },
  ],
  values.json,
  { model: basename(values.model), stages: Object.fromEntries(stages) },
);

async function tally(repoName: string, { path, languageId, stage, there, next }: Beginning): Promise<void> {
  const one = stages.get(stage) ?? { places: 0, right: 0, rightNamed: 0, kept: 0, keptNamed: 0 };
  stages.set(stage, one);
  const target = { text: there, offset: there.length, languageId, repoName, context: '' };
  const line = await nextLine(target);
  const named = await nextLine({ ...target, path });
  one.places++;
  one.right += Number(line === next);
  one.rightNamed += Number(named === next);
  one.kept += common(line, next);
  one.keptNamed += common(named, next);
}

async function nextLine(target: Parameters<typeof generate>[0]): Promise<string> {
  const written = await generate(target, { engine, model, adapter }, { maxTokens: MOST_TOKENS });
  return (written?.text ?? '')
    .replace(/^\s*\n/, '')
    .split('\n')[0]!
    .trimEnd();
}

/** UTF-16 units until the two part. */
function common(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
