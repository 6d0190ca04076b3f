// npm run check:secrets: `--help` says what it does.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { commandLine, refuse, wholeNumber } from './commandLine.ts';
import { type Counts, secretBars } from './secrets/bars.ts';
import { droppedIn } from './secrets/dropped.ts';
import { allKinds } from './secrets/kinds/index.ts';
import { defaultSeed, type Plant, planOf } from './secrets/plan.ts';
import { plantAll } from './secrets/plant.ts';
import { learnedOf, Telltales } from './secrets/search.ts';
import { ShippedSources, shippedSets } from './shippedSources.ts';

/** How often each kind is planted where mining reads. */
const writings = 10;
const USAGE = `usage: npm run check:secrets -- [--seed N] [--reveal] [--repositories FOLDER...] [--json]

Plants secrets of hundreds of kinds, each in many writings, in a repository, mines it as a tune does, and looks for them in everything that
mining keeps; once more without the filter, where they must be found. A third of the kinds is unseen: counted, and named with --reveal only.
Then counts what the filter takes out of real repositories.

options:
  --seed N                     another planting
  --reveal                     name what was found of the unseen kinds
  --repositories FOLDER...     real repositories (those in the cache folder, or sources that our dependencies ship)
  --json                       end with one line of JSON`;

const { values: options, positionals: folders } = commandLine(
  USAGE,
  {
    seed: { type: 'string', default: String(defaultSeed) },
    reveal: { type: 'boolean', default: false },
    // A flag; the folders follow as positional arguments.
    repositories: { type: 'boolean', default: false },
  },
  Number.POSITIVE_INFINITY,
);
const { json } = options;
const seed = wholeNumber('--seed', options.seed, 'any');
if (options.repositories && folders.length === 0) refuse('--repositories takes the folders of repositories.');
if (!options.repositories && folders.length > 0) refuse(`Put --repositories before ${folders[0]}.`);
const say = (line: string): void => {
  if (!json) console.log(line);
};

const plants = planOf({ seed, kinds: allKinds, writings });
const telltales = new Telltales(plants);
const planted = plantAll(plants, seed);
const [withFilter, without] = await (async () => {
  try {
    return [await learnedOf(planted, telltales, 'with filter'), await learnedOf(planted, telltales, 'without filter')];
  } finally {
    planted.repository[Symbol.dispose]();
  }
})();
const unseenKinds = new Set(plants.filter(({ unseen }) => unseen).map(({ kind }) => kind));
const read = plants.filter((plant) => plant.read);
const found = read.filter((plant) => without.places.has(plant));
const learned = plants.filter((plant) => withFilter.places.has(plant));
// A secret that would not be learned anyway says nothing about the filter.
const exposed = [...new Set([...found, ...learned])];
const [seen, unseen] = [countedOf(false), countedOf(true)];

interface Counted {
  readonly exposed: readonly Plant[];
  readonly learned: readonly Plant[];
}

say(
  `Seed ${seed}: ${plants.length} secrets of ${allKinds.length} kinds planted (${unseenKinds.size} kinds unseen), ${read.length} of them where mining reads.`,
);
say(`Without the filter ${found.length} of those are found.`);
table('kinds that were seen', seen, ({ kind }) => `${kind.group}: ${kind.name}`);
table('groups of unseen kinds', unseen, ({ kind }) => kind.group);
if (options.reveal) table('unseen kinds', unseen, ({ kind }) => `${kind.group}: ${kind.name}`);
table('writings', { exposed, learned }, ({ place, writing }) => (place === 'history' ? 'only in history' : writing));
table('places', { exposed, learned }, (plant) => (withFilter.places.get(plant) ?? ['none']).join(' and '));
const lost = read.filter(({ place, path }) => place === 'tree' && !withFilter.taken.has(path));
if (lost.length > 0) say(`\n${lost.length} planted files were left out as a whole.`);

using sources = new ShippedSources();
const dropped = [];
for (const { folder, without } of cleanFolders()) {
  const one = await droppedIn(folder, without);
  dropped.push(one);
  say(
    `${one.repository}: ${one.droppedLines} of ${one.lines} lines dropped (${one.droppedLinesPercent.toFixed(3)} %), and about ${one.lostPairs} of ${one.pairs + one.lostPairs} pairs`,
  );
  for (const place of one.places) say(`  ${place}`);
}
const kindsOf = (some: readonly Plant[]): number => new Set(some.map(({ kind }) => kind)).size;

const countsOf = (of: Counted): Counts => ({ exposed: of.exposed.length, learned: of.learned.length });

report(
  secretBars({
    seen: countsOf(seen),
    unseen: countsOf(unseen),
    read: read.length,
    found: found.length,
    dropped,
  }),
  json,
  {
    seed,
    kinds: allKinds.length,
    unseenKinds: unseenKinds.size,
    planted: plants.length,
    read: read.length,
    foundWithoutFilter: found.length,
    seen: { exposed: seen.exposed.length, learnedKinds: kindsOf(seen.learned) },
    unseen: { exposed: unseen.exposed.length, learned: unseen.learned.length, learnedKinds: kindsOf(unseen.learned) },
    filesLeftOut: lost.length,
    repositories: dropped.map(({ places: _, ...figures }) => figures),
  },
);

/** Real repositories: the given ones, else those in the user's cache folder, else what every machine has. */
function cleanFolders(): readonly Clean[] {
  if (folders.length > 0) return folders.map(whole);
  const cached = join(process.env['REPOTUNE_CACHE'] ?? join(homedir(), '.cache', 'repotune'), 'repositories');
  const names = existsSync(cached) ? readdirSync(cached) : [];
  if (names.length > 0) return names.map((name) => whole(join(cached, name)));
  say(
    `\nNo repositories were given, and ${cached} has none: these are sources that dependencies ship, and this repository but for what writes secrets to try the filter.`,
  );
  return [
    ...shippedSets.map((name) => whole(sources.repository(name))),
    { folder: packageRoot, without: ['server/secrets/', 'bench/secrets/'] },
  ];
}

interface Clean {
  readonly folder: string;
  readonly without: readonly string[];
}

function whole(folder: string): Clean {
  return { folder, without: [] };
}

function countedOf(isUnseen: boolean): Counted {
  const own = ({ unseen }: Plant) => unseen === isUnseen;
  return { exposed: exposed.filter(own), learned: learned.filter(own) };
}

/** How many of how many were learned, worst first; groups from which nothing was learned are summed up. */
function table(title: string, { exposed: of, learned: some }: Counted, key: (plant: Plant) => string): void {
  const rows = [...Map.groupBy(of, key)].map(([name, own]) => ({
    name,
    planted: own.length,
    learned: own.filter((plant) => some.includes(plant)).length,
  }));
  const leaking = rows.filter((row) => row.learned > 0).sort((a, b) => b.learned / b.planted - a.learned / a.planted);
  say(
    `\n${title}: ${some.length} of ${of.length} learned; ${rows.length - leaking.length} of ${rows.length} without any`,
  );
  for (const row of leaking)
    say(`  ${String(row.learned).padStart(4)} of ${String(row.planted).padStart(4)}  ${row.name}`);
}
