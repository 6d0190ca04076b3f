// npm run bench -- next-edit-chance: `--help` says what it measures.
import { basename, resolve } from 'node:path';
import { type Bar, report } from '../server/common/bars.ts';
import { grid } from '../server/common/format.ts';
import { repeatLastChange } from '../server/edits/repeatLastChange.ts';
import { EditSets } from '../server/mining/edits/sets.ts';
import type { Values } from '../server/nextEdit/chance.ts';
import { repeatableOf } from '../server/nextEdit/renamed.ts';
import { mineSplits } from '../server/tuning/splits.ts';
import { commandLine, numberWithin, refuse } from './commandLine.ts';
import { fitted, type GuessedPlace, guessedAt, judged } from './nextEdit/chance.ts';

const USAGE = `usage: npm run bench -- next-edit-chance REPOSITORY... [options]

Without a model: how often is the next edit a repetition of an earlier change? Fits the chance of it to the newer commits of all
repositories but one, and judges it on that one, in turn, beside the program that repeats the newest change. Prints the coefficients
fitted to all of them.

options:
  --least N   chance from which on a guess is shown (0.4)
  --judged-only REPOSITORY    is judged, and nothing is fitted to it; may be given several times
  --json      end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  { least: { type: 'string', default: '0.4' }, 'judged-only': { type: 'string', multiple: true, default: [] } },
  Number.POSITIVE_INFINITY,
);
const least = numberWithin('--least', values.least, 0.001, 0.999);
if (positionals.length < 2) refuse('Name two repositories or more: one is judged by what the others say.');

const MOST = 2000;
const places = new Map<string, GuessedPlace[]>();
const only = values['judged-only'].map((path) => resolve(path));
const all = [...positionals.map((path) => resolve(path)), ...only];
for (const folder of all) {
  const { signal } = new AbortController();
  const sets = await mineSplits({ folder, byTime: true }, null, () => {}, signal);
  const examples = await new EditSets(folder, sets).heldOut(MOST, []);
  places.set(
    folder,
    examples.map((example) => {
      const { lines, region, recent } = example.situation;
      const last = recent.at(-1);
      return guessedAt(
        example,
        repeatableOf(example.situation, [], null),
        last === undefined ? null : repeatLastChange(lines, region, last),
      );
    }),
  );
  console.error(`${basename(folder)}: ${examples.length} places`);
}

const fittedTo = (without: string | null): Values =>
  fitted(positionals.map((path) => resolve(path)).flatMap((path) => (path === without ? [] : places.get(path)!)));
const rows = all.map((folder) => ({
  name: basename(folder),
  one: judged(places.get(folder)!, fittedTo(only.includes(folder) ? null : folder), least),
}));
const total = (of: 'shown' | 'right' | 'newestShown' | 'newestRight' | 'edits' | 'within'): number =>
  rows.reduce((sum, { one }) => sum + one[of], 0);
const coefficients = fittedTo(null);
const bars: Bar[] = [
  { name: 'right-over-newest-change', value: total('right') / total('newestRight'), op: '>=', bar: 1 },
  { name: 'shown-right-percent', value: (100 * total('right')) / total('shown'), op: '>=', bar: 40 },
];
if (!values.json) {
  const cells = rows.map(({ name, one }) => [
    name,
    `${one.edits}`,
    `${one.within}`,
    `${one.right} of ${one.shown}`,
    `${one.newestRight} of ${one.newestShown}`,
  ]);
  console.log(grid(['', 'edits', 'some guess right', 'shown right', 'newest change right'], cells));
  for (const [name, value] of Object.entries(coefficients)) console.log(`  ${name}: ${value.toFixed(2)},`);
}
report(bars, values.json, { least, coefficients, repositories: rows });
