/** The report on a card (report.py), from results as the programs print them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-card-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Told {
  readonly name: string;
  readonly value: number | null;
  readonly bar: number;
}

function reported(results: object): {
  text: string;
  bars: readonly Told[];
  missed: readonly string[];
  status: number | null;
} {
  const file = join(folder, 'results.json');
  writeFileSync(file, JSON.stringify(results));
  const { stdout, stderr, status } = spawnSync('python3', [join(import.meta.dirname, 'report.py'), file], {
    encoding: 'utf8',
  });
  expect(stderr).not.toContain('Traceback');
  const lines = stdout.trimEnd().split('\n');
  const { bars } = JSON.parse(lines.at(-1)!) as { bars: readonly Told[] };
  const missed = bars.filter(({ value }) => value === null).map(({ name }) => name);
  return { text: lines.slice(0, -1).join('\n'), bars, missed, status };
}

const ours = (tokensPerSecond: number, deviceBytes: number) => ({
  plan: { text: '8192 tokens at a time' },
  parts: { unpacking: 0.01, forward: 0.1, loss: 0.05, backward: 0.2, moving: 0.001 },
  tokensPerSecond,
  deviceBytes,
  losses: [12, 11],
});
const peer = (tokensPerSecond: number, memoryBytes: number) => ({
  tokensPerSecond,
  memoryBytes,
  rowsAtOnce: 4,
  fourBits: null,
  losses: [12, 11.5],
});
const completion = (base: number, merged: number) => ({
  base: { writeMsPerToken: base, loss: 3 },
  beside: { writeMsPerToken: 2 * base, loss: 2 },
  merged: { writeMsPerToken: merged, loss: 2.001 },
});
const gradients = {
  tensors: 400,
  gradientRelativeError: 0.003,
  gradientCosine: 0.99999,
  metalRelativeError: 0.002,
  realShapeTokens: 8192,
  realShapeRelativeError: 0.001,
  lossCurveDifferencePercent: 0.2,
  lossFallPercent: 90,
};
const bfloat16 = { relativeError: 0.019, expectedRelativeError: 0.018, lossCurveDifferencePercent: 0.6 };
/** Every part of a card that reaches every bar, in one shape. */
const good = {
  machine: { card: 'A card', shapes: ['7B'] },
  gradients,
  'train/7B': ours(3000, 9e9),
  'lean/7B': ours(300, 4e9),
  'peer/7B/bf16': peer(1000, 20e9),
  'peer/7B/NF4, checkpointing': peer(500, 8e9),
  'complete/7B': completion(2, 2.1),
};
const DOES_NOT_FIT = { failed: "One row alone does not fit into the card's memory.", doesNotFit: true };

test.runIf(python)('bars take the worst shape, our fastest and leanest beside the fastest and the leanest peer', () => {
  const { text, bars, status } = reported({
    machine: { card: 'A card', date: '2026-01-01', shapes: ['0.5B', '7B'] },
    gradients,
    'train/0.5B': ours(3000, 9e9),
    'lean/0.5B': ours(500, 4e9),
    'train/7B': ours(900, 20e9),
    'lean/7B': ours(100, 8e9),
    'host/0.5B': { tokensPerSecond: 100 },
    'peer/0.5B/bf16': peer(1000, 10e9),
    'peer/0.5B/NF4': peer(500, 8e9),
    'peer/7B/bf16': DOES_NOT_FIT,
    'peer/7B/NF4': peer(1000, 10e9),
    'complete/0.5B': completion(2, 2.1),
    'complete/7B': completion(10, 12),
    'curve/ours': ours(3000, 4e9),
    'curve/peer': peer(1000, 10e9),
  });
  expect(bars).toEqual([
    { name: 'speed-over-peft', value: 0.9, op: '>=', bar: 1 },
    { name: 'memory-over-peft', value: 0.8, op: '<=', bar: 0.6 },
    { name: 'completion-adapter-over-base', value: 1.2, op: '<=', bar: 1.15 },
    { name: 'gradient-relative-error', value: 0.003, op: '<=', bar: 0.02 },
    { name: 'gradient-cosine', value: 0.99999, op: '>=', bar: 0.999 },
    { name: 'gradient-relative-error-152k', value: 0.001, op: '<=', bar: 0.02 },
    { name: 'metal-op-set-relative-error', value: 0.002, op: '<=', bar: 0.02 },
    { name: 'loss-curve-difference-percent', value: 0.2, op: '<=', bar: 0.5 },
  ]);
  expect(text).toContain('| Repotune | 3000 | 9.00 GB | unpacking 10 ms, forward 100 ms');
  expect(text).toContain('| Repotune, for the least memory | 500 | 4.00 GB | ');
  expect(text).toContain('| 2 | 11.0000 | 11.5000 |');
  expect(text).toContain(`| peer/7B/bf16 | ${DOES_NOT_FIT.failed} |`);
  expect(status).toBe(1);
});

const PEFT = ['speed-over-peft', 'memory-over-peft'];
const COMPLETION = 'completion-adapter-over-base';
const GRADIENTS = [
  'gradient-relative-error',
  'gradient-cosine',
  'gradient-relative-error-152k',
  'metal-op-set-relative-error',
];
const CURVE = 'loss-curve-difference-percent';
const failed = { failed: 'it ended with -11' };

test.runIf(python)('a card that reaches every bar ends well', () => {
  const { bars, missed, status } = reported(good);
  expect(bars.map(({ name }) => name)).toEqual([...PEFT, COMPLETION, ...GRADIENTS, CURVE]);
  expect(missed).toEqual([]);
  expect(status).toBe(0);
});

const BFLOAT16 = ['bfloat16-error-over-expected', 'loss-curve-difference-percent-bfloat16'];

test.runIf(python).each<[string, object, string[]]>([
  ['one that errs as bfloat16 must', {}, []],
  ['one that errs more', { relativeError: 0.04, lossCurveDifferencePercent: 1.2 }, BFLOAT16],
  ['one without an error to compare with', { expectedRelativeError: 0 }, BFLOAT16.slice(0, 1)],
  ['figures that are no numbers', { relativeError: null, lossCurveDifferencePercent: null }, BFLOAT16],
])('a card that trains with weights in bfloat16 has bars of its own: %s', (_title, changed, expected) => {
  const { bars, status } = reported({ ...good, gradients: { ...gradients, bfloat16: { ...bfloat16, ...changed } } });
  expect(bars.map(({ name }) => name)).toEqual([...PEFT, COMPLETION, ...GRADIENTS, CURVE, ...BFLOAT16]);
  const reached = bars.filter(({ value, bar }) => value !== null && value <= bar).map(({ name }) => name);
  expect(BFLOAT16.filter((name) => !reached.includes(name))).toEqual(expected);
  expect(status).toBe(expected.length === 0 ? 0 : 1);
});

test.runIf(python).each<[string, object, string[]]>([
  ['no part at all', { machine: good.machine }, [...PEFT, COMPLETION, ...GRADIENTS, CURVE]],
  ['a shape of which every part failed', { ...good, machine: { shapes: ['0.5B', '7B'] } }, [...PEFT, COMPLETION]],
  ['a training that failed', { ...good, 'train/7B': failed }, [PEFT[0]!]],
  ['a training for the least memory that failed', { ...good, 'lean/7B': failed }, [PEFT[1]!]],
  ['a peer that failed, and may be the fastest', { ...good, 'peer/7B/bf16': failed }, PEFT],
  [
    'peers that all do not fit',
    { ...good, 'peer/7B/bf16': DOES_NOT_FIT, 'peer/7B/NF4, checkpointing': DOES_NOT_FIT },
    PEFT,
  ],
  [
    'a peer whose speed is no number',
    { ...good, 'peer/7B/bf16': { ...peer(0, 9e9), tokensPerSecond: null } },
    [PEFT[0]!],
  ],
  ['device memory that is not told', { ...good, 'lean/7B': ours(300, 0) }, [PEFT[1]!]],
  ['a completion that failed', { ...good, 'complete/7B': failed }, [COMPLETION]],
  ['gradients that failed', { ...good, gradients: failed }, [...GRADIENTS, CURVE]],
  [
    'gradients without tensors',
    { ...good, gradients: { ...gradients, tensors: 0 } },
    [0, 1, 3].map((at) => GRADIENTS[at]!),
  ],
  ['gradients at no real shape', { ...good, gradients: { ...gradients, realShapeTokens: 0 } }, [GRADIENTS[2]!]],
  ['losses that do not fall', { ...good, gradients: { ...gradients, lossFallPercent: 0 } }, [CURVE]],
  ['an error that is no number', { ...good, gradients: { ...gradients, metalRelativeError: null } }, [GRADIENTS[3]!]],
])('bars are listed without a value, and missed, for %s', (_title, results, expected) => {
  const { bars, missed, status } = reported(results);
  expect(bars).toHaveLength(8);
  expect(missed).toEqual(expected);
  expect(status).toBe(1);
});

test.runIf(python)('what is no number, or was not told by the device, is shown as that', () => {
  const { text } = reported({
    ...good,
    'train/7B': { ...ours(3000, 0), tokensPerSecond: null },
    'curve/ours': { losses: [null] },
    'curve/peer': { losses: [12] },
  });
  expect(text).toContain('| Repotune | no number | not told |');
  expect(text).toContain('| 1 | no number | 12.0000 |');
  expect(text).toContain('| speed-over-peft | no number | >= 1.0 |');
});

test.runIf(python)('what C and Python print for numbers that are none is read as null', () => {
  const script =
    'import sys, json; sys.path.insert(0, sys.argv[1]); import card; print(json.dumps(card.answer_of(sys.stdin.read())))';
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', script, import.meta.dirname], {
    input: 'loading\n{"a":nan,"b":-nan,"c":[inf,-inf,1],"d": NaN, "e": [-Infinity, Infinity], "f":"nan, inf"}\n',
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ a: null, b: null, c: [null, null, 1], d: null, e: [null, null], f: 'nan, inf' });
});
