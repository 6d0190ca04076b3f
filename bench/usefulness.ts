// npm run bench -- usefulness: `--help` says what it measures.
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { findRepository } from '../server/git/repository.ts';
import { languageOf } from '../server/languages/languageOf.ts';
import { resolveModel } from '../server/models/bundled.ts';
import { inspectModel } from '../server/models/inspect.ts';
import { contextTokensFor } from '../server/prompt/index.ts';
import { sha256OfModel } from '../server/storage/hash.ts';
import { commandLine, positiveNumber, refuse, wholeNumber, wholeNumberIfGiven } from './commandLine.ts';
import { benchCache } from './complete/shapeModel.ts';
import { ARMS, type ArmName, DEFAULT_ARMS, isArm } from './usefulness/arms.ts';
import { claim } from './usefulness/claim.ts';
import { barsOf, figuresOfAll, type RepositoryFigures, together } from './usefulness/figures.ts';
import { mainLanguage } from './usefulness/language.ts';
import { type Recorded, readRecords, writeRecord } from './usefulness/record.ts';
import { runOn } from './usefulness/run.ts';
import { shown } from './usefulness/show.ts';
import { tableOf } from './usefulness/table.ts';

const USAGE = `usage: npm run bench -- usefulness REPOSITORY... [options]

What somebody who types gains by a tune, at places in files and commits that no adapter has learned. Arms on the same places: base,
base-context, tuned, tuned-context, other (tuned on another repository of the same language), layout (the base as
"repotune models prepare" prepares it: tuned on layout alone, from code of Repotune's own), base-prefix-first: the base with the prompts that its
maker documents, and base-N and tuned-N: with windows of N tokens. Results are kept in the work folder: the same command resumes where it was stopped.

options:
  --model GGUF          (the bundled one)
  --other REPOSITORY    used only for comparison; may be given several times
  --places N            (300)
  --first N             ask only at the first N of them, drawn from all; with a higher N the same command goes on
  --minutes N           of each tune (5)
  --arms ARM[,ARM]      ${ARMS.join(', ')}, base-N, tuned-N (those before base-prefix-first)
  --prompt-tokens N     limits all arms
  --threads N
  --work FOLDER         where results are kept
  --show N              print so many places with what each arm wrote there (0)
  --record FOLDER       write a file of numbers for each repository there, without its code
  --recorded FOLDER     measure nothing: the figures of all that was recorded there
  --json                end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  {
    model: { type: 'string' },
    other: { type: 'string', multiple: true, default: [] },
    places: { type: 'string', default: '300' },
    first: { type: 'string' },
    minutes: { type: 'string', default: '5' },
    arms: { type: 'string', default: DEFAULT_ARMS.join(',') },
    'prompt-tokens': { type: 'string' },
    threads: { type: 'string', default: '0' },
    work: { type: 'string' },
    show: { type: 'string', default: '0' },
    record: { type: 'string' },
    recorded: { type: 'string' },
  },
  Number.POSITIVE_INFINITY,
);
const arms = values.arms.split(',') as ArmName[];
const unknown = arms.find((arm) => !isArm(arm));
const [places, minutes] = [wholeNumber('--places', values.places), positiveNumber('--minutes', values.minutes)];
const first = Math.min(places, wholeNumberIfGiven('--first', values.first) ?? places);
const promptTokens = wholeNumberIfGiven('--prompt-tokens', values['prompt-tokens']) ?? null;
const [threads, mostShown] = [wholeNumber('--threads', values.threads, 0), wholeNumber('--show', values.show, 0)];
if (values.recorded === undefined && positionals.length === 0) refuse('Name the repositories to tune on.');
if (values.recorded !== undefined && positionals.length > 0) refuse('--recorded takes no repositories.');
if (unknown !== undefined) refuse(`There is no arm ${unknown}.`);
const say = (text: string): void => {
  const seconds = Math.round(performance.now() / 1000);
  console.error(`${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${text}`);
};
if (values.recorded === undefined) await measure();
else {
  const recorded = readRecords(resolve(values.recorded));
  if (recorded.length === 0) refuse(`${values.recorded} has no record.`);
  for (const one of recorded) tellOne(one);
  tellAll(recorded);
}

async function measure(): Promise<void> {
  const modelPath = resolve(resolveModel(values.model));
  const folders = positionals.map((path) => resolve(path));
  const known = [...folders, ...values.other.map((path) => resolve(path))];
  const languages = new Map<string, string>();
  for (const folder of known) languages.set(folder, await mainLanguage(folder, languageOf));

  const sha256 = await sha256OfModel(modelPath);
  // Different places or minutes make it another run, which cannot reuse these results.
  const key = JSON.stringify([sha256, places, minutes, promptTokens, known.map((path) => basename(path)).sort()]);
  const name = `${basename(modelPath, '.gguf')}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
  const work = values.work === undefined ? join(benchCache, 'usefulness', name) : resolve(values.work);
  say(`work folder: ${work}`);
  const engine = createCompletionEngine();
  const found: Recorded[] = [];
  try {
    const contextTokens = contextTokensFor((await inspectModel(modelPath)).contextLength);
    const model = await engine.load({ modelPath, contextTokens, device: 'cpu', threads });
    const run = { serving: { engine, model }, places, first, minutes, arms, promptTokens, work, say };
    const repositories = folders.map((folder) => {
      const same = known.filter((other) => other !== folder && languages.get(other) === languages.get(folder));
      return { folder, other: same.at(-1) ?? null };
    });
    const refusal = await claim(repositories, run, { model, sha256 });
    if (refusal !== null) {
      await engine.dispose();
      refuse(refusal);
    }
    for (const { folder, other } of repositories) {
      const about = {
        commit: (await findRepository(folder))?.commit ?? '',
        other: other && basename(other),
        model: basename(modelPath),
        minutes,
        promptTokens,
      };
      const one = { ...about, ...(await runOn({ folder, other }, run)) };
      found.push(one);
      tellOne(one);
      if (values.record !== undefined) await writeRecord(resolve(values.record), one);
      if (mostShown > 0) console.error(shown(join(work, one.repository), arms, model, mostShown));
    }
  } finally {
    await engine.dispose();
  }
  tellAll(found);
}

function tellOne(one: Recorded): void {
  if (!values.json) console.log(`${tableOf(figuresIn(one))}\n`);
}

/** Prints the pooled results, and the bars. */
function tellAll(found: readonly Recorded[]): void {
  const repositories = found.map(figuresIn);
  const all = { repository: 'all places together', found: together(found.map((one) => one.found)), activated: null };
  const pooled = found.length > 1 ? figuresIn(all) : null;
  if (pooled !== null && !values.json) console.log(`${tableOf(pooled)}\n`);
  const about = found.map(({ found: _, activated: __, ...one }) => one);
  report(barsOf(repositories), values.json, { about, repositories, together: pooled?.arms ?? null });
}

function figuresIn({
  repository,
  found: of,
  activated,
}: Pick<Recorded, 'repository' | 'found' | 'activated'>): RepositoryFigures {
  return { repository, arms: figuresOfAll(of), activated };
}
