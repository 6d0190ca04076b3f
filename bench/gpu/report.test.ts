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

function reported(results: object): { text: string; bars: unknown } {
  const file = join(folder, 'results.json');
  writeFileSync(file, JSON.stringify(results));
  const { stdout, stderr } = spawnSync('python3', [join(import.meta.dirname, 'report.py'), file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const lines = stdout.trimEnd().split('\n');
  return { text: lines.slice(0, -1).join('\n'), bars: JSON.parse(lines.at(-1)!).bars };
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

test.runIf(python)('bars take the worst shape, compared with the fastest and the leanest peer', () => {
  const { text, bars } = reported({
    machine: { card: 'A card', date: '2026-01-01', shapes: ['0.5B', '7B'] },
    gradients: {
      gradientRelativeError: 0.003,
      gradientCosine: 0.99999,
      realShapeRelativeError: 0.001,
      lossCurveDifferencePercent: 0.2,
    },
    'train/0.5B': ours(3000, 4e9),
    'train/7B': ours(900, 8e9),
    'host/0.5B': { tokensPerSecond: 100 },
    'peer/0.5B/bf16': peer(1000, 10e9),
    'peer/0.5B/NF4': peer(500, 8e9),
    'peer/7B/bf16': { failed: 'One row alone does not fit.' },
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
    { name: 'loss-curve-difference-percent', value: 0.2, op: '<=', bar: 0.5 },
  ]);
  expect(text).toContain('| Repotune | 3000 | 4.00 GB | unpacking 10 ms, forward 100 ms');
  expect(text).toContain('| 2 | 11.0000 | 11.5000 |');
  expect(text).toContain('| peer/7B/bf16 | One row alone does not fit. |');
});

test.runIf(python)('omits bars for what was not measured, and shows unreported device memory as not told', () => {
  const { text, bars } = reported({
    machine: { card: 'A card', shapes: ['0.5B'] },
    'train/0.5B': ours(3000, 0),
    'peer/0.5B/bf16': peer(1000, 10e9),
    'complete/0.5B': { failed: 'it took longer than 9 minutes' },
  });
  expect(bars).toEqual([{ name: 'speed-over-peft', value: 3, op: '>=', bar: 1 }]);
  expect(text).toContain('| Repotune | 3000 | not told |');
});
