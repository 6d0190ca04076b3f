// npm run check:architecture: `--help` says what it does.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import { report } from '../server/common/bars.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { commandLine } from './commandLine.ts';

const USAGE = `usage: npm run check:architecture [-- --json]

Imports of server/, src/ and webview/ against the rules of .dependency-cruiser.mjs.`;

const { values } = commandLine(USAGE, {});

process.chdir(packageRoot);
const rules = pathToFileURL(join(packageRoot, '.dependency-cruiser.mjs')).href;
const { options, ...ruleSet }: IConfiguration = (await import(rules)).default;
const { output } = await cruise(['server', 'src', 'webview'], { ...options, validate: true, ruleSet });
const { summary } = output as ICruiseResult;
if (summary.totalCruised < 300)
  throw new Error(`Only ${summary.totalCruised} modules were read: the parser is missing.`);
for (const violation of summary.violations) console.error(sentence(violation));
const cycles = summary.violations.filter(({ type }) => type === 'cycle');
report(
  [
    { name: 'upward-imports', value: summary.violations.length - cycles.length, op: '<=', bar: 0 },
    { name: 'import-cycles', value: cycles.length, op: '<=', bar: 0 },
  ],
  values.json,
  { modules: summary.totalCruised, imports: summary.totalDependenciesCruised ?? 0 },
);

function sentence({ rule, from, to, cycle }: IViolation): string {
  const way = cycle === undefined ? [from, to] : [from, ...cycle.map(({ name }) => name)];
  return `${rule.name}: ${way.join(' → ')}`;
}
