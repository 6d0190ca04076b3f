// npm run check:base-model: `--help` says what it does.
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { grid } from '../server/common/format.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { resolveModel } from '../server/models/bundled.ts';
import { inspectModel } from '../server/models/inspect.ts';
import { contextTokensFor } from '../server/prompt/index.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { BaseMeasurement, type Bits, type Outcome } from './baseModel/measure.ts';
import { type Position, readPositions } from './baseModel/positions.ts';
import { byLanguage, type Summary, summarize } from './baseModel/summary.ts';
import { commandLine, wholeNumber, wholeNumberIfGiven } from './commandLine.ts';

const USAGE = `usage: npm run check:base-model -- [options]

The bundled base at cursor positions of packages it has not trained on, beside another base where one is given.

options:
  --each N            positions of each language and kind (30)
  --model GGUF        in place of the bundled base
  --beside GGUF       another base on the same positions
  --positions FILE    as models/evaluation/positions.jsonl.gz
  --threads N
  --outputs FILE      what the base wrote at each position, to read (.jsonl)
  --json              end with one line of JSON`;

const { values } = commandLine(USAGE, {
  each: { type: 'string', default: '30' },
  model: { type: 'string' },
  beside: { type: 'string' },
  positions: { type: 'string', default: join(packageRoot, 'models', 'evaluation', 'positions.jsonl.gz') },
  threads: { type: 'string' },
  outputs: { type: 'string' },
});
const threads = wholeNumberIfGiven('--threads', values.threads);
const positions = readPositions(values.positions, wholeNumber('--each', values.each));

interface Measured {
  readonly all: Summary;
  readonly languages: Map<string, Summary>;
  readonly outcomes: readonly Outcome[];
  readonly megabytes: number;
}

async function measure(modelPath: string, at: readonly Position[]): Promise<Measured> {
  const engine = createCompletionEngine();
  try {
    const { contextLength } = await inspectModel(modelPath);
    const contextTokens = contextTokensFor(contextLength);
    const model = await engine.load({ modelPath, contextTokens, ...(threads === undefined ? {} : { threads }) });
    const measurement = new BaseMeasurement(engine, model);
    const outcomes: Outcome[] = [];
    const bits: Bits[] = [];
    for (const position of at) {
      bits.push(await measurement.bitsOf(position));
      outcomes.push(await measurement.completeAt(position));
    }
    return {
      all: summarize(outcomes, bits),
      languages: byLanguage(outcomes, bits),
      outcomes,
      megabytes: statSync(modelPath).size / 1e6,
    };
  } finally {
    await engine.dispose();
  }
}

const base = await measure(resolveModel(values.model), positions);
if (values.outputs !== undefined) {
  const lines = base.outcomes.map((outcome, index) => {
    const { package: from, prefix, rest } = positions[index]!;
    return JSON.stringify({ package: from, line: prefix.slice(prefix.lastIndexOf('\n') + 1), rest, ...outcome });
  });
  writeFileSync(values.outputs, `${lines.join('\n')}\n`);
}
const beside = values.beside === undefined ? null : await measure(values.beside, positions);
if (!values.json) {
  const cells = ({
    bitsPerByte,
    firstTokenPercent,
    lineExactPercent,
    stopsRightPercent,
    loopsPercent,
  }: Summary): string[] => [
    bitsPerByte.toFixed(3),
    ...[firstTokenPercent, lineExactPercent, stopsRightPercent, loopsPercent].map((share) => share.toFixed(1)),
  ];
  const header = ['', 'bits/byte', 'first token %', 'line exact %', 'stops right %', 'loops %'];
  const rows: string[][] = [];
  for (const [language, summary] of [...base.languages, ['all', base.all] as const]) {
    rows.push([language, ...cells(summary)]);
    const other = language === 'all' ? beside?.all : beside?.languages.get(language);
    if (other) rows.push(['  beside', ...cells(other)]);
  }
  console.log(`${base.all.positions} positions\n${grid(header, rows)}`);
}
report(
  [
    { name: 'bits-per-byte', value: base.all.bitsPerByte, op: '<=', bar: 0.75 },
    { name: 'line-exact-percent', value: base.all.lineExactPercent, op: '>=', bar: 20 },
    { name: 'stops-right-percent', value: base.all.stopsRightPercent, op: '>=', bar: 75 },
    { name: 'loops-percent', value: base.all.loopsPercent, op: '<=', bar: 3 },
    { name: 'size-f16-mb', value: base.megabytes, op: '<=', bar: 34 },
  ],
  values.json,
  { base: { ...base.all, languages: Object.fromEntries(base.languages) }, beside: beside?.all ?? null },
);
