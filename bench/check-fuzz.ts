// npm run check:fuzz: `--help` says what it does.
import { report } from '../server/common/bars.ts';
import { randomFrom } from '../server/common/random.ts';
import { resolveModel } from '../server/models/bundled.ts';
import { commandLine, wholeNumber } from './commandLine.ts';
import { fuzz } from './fuzz/campaign.ts';
import { buildLoader, NativeLoader } from './fuzz/nativeLoader.ts';

const USAGE = `usage: npm run check:fuzz -- [--mutants N] [--seed N] [--json]

Adapters, manifests and lists of parts made wrong on purpose. Hashes are taken as recomputed: what is tried is every check behind them, and
the native loader, built with AddressSanitizer, on what passes.

options:
  --mutants N   (100000)
  --seed N      (1)
  --json        end with one line of JSON`;

const { values } = commandLine(USAGE, {
  mutants: { type: 'string', default: '100000' },
  seed: { type: 'string', default: '1' },
});
const mutants = wholeNumber('--mutants', values.mutants);
const seed = wholeNumber('--seed', values.seed, 0);
const say = (text: string): void => {
  if (!values.json) console.log(text);
};
const modelPath = resolveModel(undefined);
using loader = new NativeLoader(buildLoader(), modelPath);
const { deaths, faults, reachedLoader } = await fuzz({
  mutants,
  random: randomFrom(seed, 0),
  modelPath,
  loader,
  onProgress: (done, outcome) =>
    say(`${done} mutants, ${outcome.reachedLoader} reached the native loader, ${outcome.faults.length} faults`),
});
for (const [key, count] of [...deaths].sort((a, b) => b[1] - a[1])) say(`${String(count).padStart(8)}  ${key}`);
for (const fault of faults.slice(0, 20)) say(`FAULT ${fault}`);
report(
  [
    { name: 'mutants', value: mutants, op: '>=', bar: 100_000 },
    { name: 'native-loader-percent', value: (100 * reachedLoader) / mutants, op: '>=', bar: 10 },
    { name: 'crashes-hangs-or-accepted-corruption', value: faults.length, op: '<=', bar: 0 },
  ],
  values.json,
  { deaths: Object.fromEntries(deaths) },
);
