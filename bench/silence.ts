// npm run bench -- silence: `--help` says what it fits.
import { basename, resolve } from 'node:path';
import { report } from '../server/common/bars.ts';
import { grid } from '../server/common/format.ts';
import { COSTS, WRITERS } from '../server/completion/worth.ts';
import { commandLine, refuse } from './commandLine.ts';
import { answersIn } from './silence/answers.ts';
import {
  calibrationOf,
  chancesElsewhere,
  coefficientsOf,
  goodnessOf,
  type Showing,
  type Shown,
  seesLine,
  seesMean,
  seesMore,
  shownOf,
  worthShowing,
} from './silence/fit.ts';

const USAGE = `usage: npm run bench -- silence [WORK FOLDER...] [--small WORK FOLDER]...

How likely the first line of a suggestion is right, fitted to what models wrote in runs of \`bench -- usefulness\` or \`-- preference\`: their
work folders are only read. Prints the coefficients of server/completion/worth.ts, what further facts would add, how the chances came true,
and what would be shown; all but the coefficients at places left out of the fit.

options:
  --small WORK FOLDER   of a base of less than 100 million parameters; may be given several times
  --json                end with one line of JSON`;

const { values, positionals } = commandLine(
  USAGE,
  { small: { type: 'string', multiple: true, default: [] } },
  Number.POSITIVE_INFINITY,
);
if (positionals.length + values.small.length === 0) refuse('Name the work folders.');

const [LARGE, SMALL] = [1e9, 1e6];
const answers = [
  ...positionals.flatMap((folder) => answersIn(resolve(folder), LARGE)),
  ...values.small.flatMap((folder) => answersIn(resolve(folder), SMALL)),
];
if (answers.length === 0) refuse('These work folders hold no suggestion: nothing can be fitted.');
const say = (text: string): void => {
  if (!values.json) console.log(text);
};
const FACTS = ['mean', 'length', 'goesOnBehind', 'nothingBefore', 'halfWord', 'furtherLines'] as const;
const CHANCES = [0, 0.2, 0.3, 0.4, 0.5];
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

const writers = WRITERS.flatMap((writer) => {
  const own = answers.filter((one) => one.writer === writer);
  if (own.length === 0) return [];
  const coefficients = coefficientsOf(own);
  const right = own.filter(({ isRight }) => isRight).length;
  const places = new Set(own.map(({ place }) => place)).size;
  say(`\n${writer}: ${own.length} suggestions at ${places} places, ${right} of them right`);
  say(`  certain: ${coefficients.certain.toFixed(2)}, doubt: ${coefficients.doubt.toFixed(2)}\n`);

  const chances = chancesElsewhere(own, seesLine);
  const facts = Object.entries({
    'mean of a token': goodnessOf(own, chancesElsewhere(own, seesMean)),
    'whole line': goodnessOf(own, chances),
    ...Object.fromEntries(
      FACTS.map((fact) => [`whole line, ${fact}`, goodnessOf(own, chancesElsewhere(own, seesMore(fact)))]),
    ),
  });
  const goodness = facts.map(([name, { ranked, logLoss }]) => [name, ranked.toFixed(3), logLoss.toFixed(3)]);
  say(grid(['what is seen', 'area under ROC', 'log loss'], goodness));

  const calibration = calibrationOf(own, chances);
  const came = calibration.map(({ from, answers, chance, right }) => [
    `${percent(from)} to ${percent(from + 0.2)}`,
    String(answers),
    percent(chance),
    percent(right),
  ]);
  say(`\n${grid(['chance', 'suggestions', 'mean', 'came true'], came)}`);

  const ways: [string, Showing][] = [
    ...CHANCES.map((least): (typeof ways)[number] => [
      `chance of ${percent(least)}`,
      ({ text }, i) => (chances[i]! >= least ? text : null),
    ]),
    ...[0.75, 1, 1.25].map((times): (typeof ways)[number] => {
      const costs = {
        glance: COSTS.glance * times,
        reading: COSTS.reading * times,
        readingFurther: COSTS.readingFurther * times,
      };
      return [`worth it at ${times} times the costs`, worthShowing(chances, costs)];
    }),
  ];
  const groups = [...new Set(own.map(({ folder, arm }) => `${folder}, ${arm}`))];
  const table = groups.flatMap((group) =>
    ways.map(([way, showing]) => {
      const inGroup = shownOf(own, (one, i) => (`${one.folder}, ${one.arm}` === group ? showing(one, i) : null));
      return { group, way, ...inGroup };
    }),
  );
  const cells = table.map(({ group, way, ...one }) => [group, way, ...cellsOf(one)]);
  say(`\n${grid(['', 'shown from', 'shown', 'right of these', 'kept', 'wrong'], cells)}`);
  return [
    { writer, suggestions: own.length, right, coefficients, facts: Object.fromEntries(facts), calibration, table },
  ];
});

function cellsOf({ shown, right, kept, wrong }: Shown): string[] {
  return [String(shown), shown === 0 ? '-' : percent(right / shown), String(kept), String(wrong)];
}

report([], values.json, { folders: [...positionals, ...values.small].map((folder) => basename(folder)), writers });
