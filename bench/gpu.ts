// npm run bench -- gpu: `--help` says what it measures.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { gpuBackendPath } from '../server/backends/plugIns.ts';
import { type Bar, report } from '../server/common/bars.ts';
import { commandLine, namesOf, positiveNumber, refuse, wholeNumber } from './commandLine.ts';
import { madeShape } from './madeShape.ts';
import { runNativeProgram } from './nativeProgram.ts';

const plan = z.object({
  text: z.string(),
  totalBytes: z.number(),
  microBatchTokens: z.number(),
  resident: z.boolean(),
});
const counted = z.object({
  plan,
  tokens: z.number(),
  kernels: z.number(),
  flops: z.number(),
  memoryBytes: z.number(),
  sentBytes: z.number(),
  fetchedBytes: z.number(),
  kernelsPerToken: z.number(),
  busBytesPerToken: z.number(),
  secondsAllowed: z.number(),
  tokensPerSecondAllowed: z.number(),
});
const measured = z.object({
  plan,
  /** Seconds of a step by part; the rest is the host's. */
  parts: z.record(z.enum(['unpacking', 'forward', 'loss', 'backward', 'moving']), z.number()),
  device: z.string(),
  tokens: z.number(),
  secondsPerStep: z.number(),
  tokensPerSecond: z.number(),
  /** Device memory taken; 0 if unknown. */
  deviceBytes: z.number(),
  losses: z.array(z.number()),
});

const USAGE = `usage: npm run bench -- gpu --count | --device cpu|cuda|vulkan|metal|PLUG-IN [options]

What a training step would take on a GPU: kernels, FLOPs and bytes, from the graphs and the transfers of the real step, run without
computing on ggml's CPU backend; and the speed that a card of the given figures allows. --device measures a step there instead.

options:
  --shapes SIZE[,SIZE]             0.5B, 1.5B, 3B, 7B (0.5B,1.5B)
  --tokens N                       of a step (4096)
  --memory MIB                     of the card (24576)
  --steps N                        measured on a device (3)
  --card NAME                      (RTX 4090)
  --tflops N                       of the card (165)
  --gigabytes-per-second N         of its memory (1008)
  --bus-gigabytes-per-second N     (25)
  --microseconds-per-kernel N      (3)
  --json                           end with one line of JSON`;

const { values: options } = commandLine(USAGE, {
  count: { type: 'boolean', default: false },
  device: { type: 'string' },
  shapes: { type: 'string', default: '0.5B,1.5B' },
  tokens: { type: 'string', default: '4096' },
  memory: { type: 'string', default: `${24 * 1024}` },
  steps: { type: 'string', default: '3' },
  card: { type: 'string', default: 'RTX 4090' },
  tflops: { type: 'string', default: '165' },
  'gigabytes-per-second': { type: 'string', default: '1008' },
  'bus-gigabytes-per-second': { type: 'string', default: '25' },
  'microseconds-per-kernel': { type: 'string', default: '3' },
});
if (options.count === (options.device !== undefined)) refuse('Give either --count or --device.');
const shapes = namesOf('--shapes', options.shapes, ['0.5B', '1.5B', '3B', '7B', 'tiny']);
for (const name of ['tokens', 'memory', 'steps'] as const) wholeNumber(`--${name}`, options[name]);
const speeds = ['tflops', 'gigabytes-per-second', 'bus-gigabytes-per-second', 'microseconds-per-kernel'] as const;
for (const name of speeds) positiveNumber(`--${name}`, options[name]);

const folder = mkdtempSync(join(tmpdir(), 'repotune-gpu-'));
const bars: Bar[] = [];
const details: Record<string, unknown> = {};
try {
  for (const shape of shapes) {
    const model = madeShape(shape, folder);
    if (options.count) count(shape, model);
    else measure(shape, model, options.device ?? '');
    rmSync(model);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report(bars, options.json, { details });

function count(shape: string, model: string): void {
  const found = runNativeProgram(
    'bench_gpu',
    [model, '--count', ...(['tokens', 'memory', ...speeds] as const).flatMap((name) => [`--${name}`, options[name]])],
    counted,
  );
  details[shape] = found;
  if (shape === '0.5B')
    bars.push(
      { name: 'bus-bytes-per-token-0.5b', value: found.busBytesPerToken, op: '<=', bar: 20_000 },
      { name: 'kernels-per-token-0.5b', value: found.kernelsPerToken, op: '<=', bar: 3 },
    );
  if (options.json) return;
  const per = (value: number) => (value / found.tokens).toFixed(1);
  console.log(
    `${shape}: ${found.plan.text}\n  a step of ${found.tokens} tokens: ${found.kernels} kernels (${found.kernelsPerToken.toFixed(2)} a token), ` +
      `${(found.flops / 1e12).toFixed(2)} TFLOP, ${(found.memoryBytes / 1e9).toFixed(0)} GB in the card's memory, ` +
      `${per(found.sentBytes)} + ${per(found.fetchedBytes)} bytes a token over the bus\n` +
      `  ${options.card} (${options.tflops} TFLOP/s, ${options['gigabytes-per-second']} GB/s) allows ` +
      `${found.tokensPerSecondAllowed.toFixed(0)} tokens/s`,
  );
}

/** The plug-in's path for a backend's name. */
function deviceArgument(device: string): string {
  if (device !== 'cuda' && device !== 'vulkan') return device;
  process.env['GGML_VK_VISIBLE_DEVICES'] ??= '0';
  const path = gpuBackendPath(device);
  if (path === null)
    throw new Error(
      `There is no ${device} backend here${device === 'cuda' ? ': run `repotune backends get cuda`' : '; it comes with the npm packages of this platform'}.`,
    );
  return path;
}

function measure(shape: string, model: string, device: string): void {
  const found = runNativeProgram(
    'bench_gpu',
    [model, '--device', deviceArgument(device), '--tokens', options.tokens, '--steps', options.steps],
    measured,
  );
  details[shape] = found;
  if (!options.json)
    console.log(
      `${shape} on ${found.device}: ${found.tokensPerSecond.toFixed(1)} tokens/s, ${found.secondsPerStep.toFixed(3)} s a step of ` +
        `${found.tokens} tokens (${Object.entries(found.parts)
          .map(([part, seconds]) => `${part} ${seconds.toFixed(3)} s`)
          .join(', ')}); ${found.plan.text}`,
    );
}
