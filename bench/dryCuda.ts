/**
 * Training steps through ggml's CUDA plug-in on a stand-in for CUDA's libraries that computes nothing (native/test/dry_cuda): whether they
 * come to their end, what they take of the card's memory, and what is multiplied in which type.
 */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { downloadedBackendPath } from '../server/backends/plugIns.ts';
import type { Bar } from '../server/common/bars.ts';
import { completionSpeeds, trainingSpeeds } from '../server/engine/devices.ts';
import { codeOf } from '../server/engine/errorCodes.ts';
import { checkCompletionDevice, checkTrainingDevice } from '../server/engine/namedDevice.ts';
import type { DeviceSpeed } from '../server/engine/types.ts';
import { inspectModel } from '../server/models/inspect.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { trainerConfig } from '../server/tuning/hyperparameters.ts';
import { madeShape } from './madeShape.ts';
import { buildNativeProgram, runNativeProgram } from './nativeProgram.ts';
import { largestOf, shownBy, total } from './shownBy.ts';

/** As many as any plan takes at once. */
const TOKENS = 8192;
const SEGMENT = 1024;

const seen = z.object({
  peakBytes: z.number(),
  /** Of those, what the plug-in took while it multiplied. */
  poolBytes: z.number(),
  kernels: z.number(),
  /** Launches that no card accepts. */
  refused: z.number(),
  bytesSent: z.number(),
  bytesFetched: z.number(),
  /** By the operands' types and that of the sum: "BF16 x BF16 in F32". */
  products: z.record(z.string(), z.number()),
});
const step = z.object({ plan: z.object({ text: z.string(), totalBytes: z.number() }) });

export interface DryCard {
  readonly shape: '0.5B' | '1.5B' | '7B';
  /** Of the card's memory. */
  readonly mib: number;
  /** Compute capability times ten. */
  readonly capability: number;
}

export interface DryStep extends DryCard {
  readonly plan: z.infer<typeof step>['plan'];
  readonly seen: z.infer<typeof seen>;
}

/** Cards of 4, 8, 24 and 80 GB, as their drivers report them; one cannot multiply in bfloat16. */
export const dryCards: readonly DryCard[] = [
  { shape: '0.5B', mib: 4096, capability: 86 },
  { shape: '0.5B', mib: 8188, capability: 75 },
  { shape: '0.5B', mib: 81_559, capability: 90 },
  { shape: '1.5B', mib: 8188, capability: 89 },
  { shape: '7B', mib: 8188, capability: 89 },
  { shape: '7B', mib: 24_564, capability: 89 },
];

/** Folder of the stand-in's libraries. */
function standIn(): string {
  return join(dirname(buildNativeProgram('dry_cuda')), 'dry_cuda');
}

/** `folder`: for the models, of which the largest has 4.6 GB. Throws if the step does not come to its end. */
export function dryStep({ shape, mib, capability }: DryCard, plugIn: string, folder: string): DryStep {
  const log = join(folder, 'dry-cuda.json');
  const { plan } = runNativeProgram(
    'bench_gpu',
    [
      madeShape(shape, folder),
      ...['--device', plugIn, '--tokens', `${TOKENS}`, '--segment', `${SEGMENT}`, '--steps', '1'],
    ],
    step,
    {
      LD_LIBRARY_PATH: standIn(),
      DRY_CUDA_MIB: `${mib}`,
      DRY_CUDA_CAPABILITY: `${capability}`,
      DRY_CUDA_LOG: log,
    },
  );
  return { shape, mib, capability, plan, seen: seen.parse(JSON.parse(readFileSync(log, 'utf8'))) };
}

/** What the stand-in, which computes nothing, would do: it stands for a card whose driver is faulty. */
export async function usesOf(plugIn: string, folder: string): Promise<string[]> {
  process.env['REPOTUNE_DATA'] = join(folder, 'data');
  process.env['LD_LIBRARY_PATH'] = standIn();
  mkdirSync(dirname(downloadedBackendPath('cuda')), { recursive: true });
  symlinkSync(plugIn, downloadedBackendPath('cuda'));
  const modelPath = bundledModelPath();
  const training = trainerConfig(
    { folder, modelPath, baseType: 'as-is', device: 'cuda' },
    await inspectModel(modelPath),
  );
  const ways = {
    'completions by auto': async () => isFast(await completionSpeeds(modelPath, 'cuda')),
    'training by auto': async () => isFast(await trainingSpeeds(training)),
    'completions by its name': () => isTaken(checkCompletionDevice(modelPath, 'cuda')),
    'training by its name': () => isTaken(checkTrainingDevice(training)),
  };
  const used: string[] = [];
  for (const [way, uses] of Object.entries(ways)) if (await uses()) used.push(way);
  return used;
}

function isFast(speeds: readonly DeviceSpeed[]): boolean {
  const there = speeds.find(({ device }) => device.startsWith('CUDA'));
  if (there === undefined) throw new Error('The stand-in is not among the devices.');
  return there.tokensPerSecond > 0;
}

async function isTaken(check: Promise<void>): Promise<boolean> {
  return await check.then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) !== 'device-failed') throw error;
      return false;
    },
  );
}

/** `uses`: of a card that computes nothing. */
export function dryBars(steps: readonly DryStep[], failed: number, uses: readonly string[]): Bar[] {
  const kernels = total(steps.map(({ seen }) => seen.kernels));
  const inHalves = total(steps.map(({ seen }) => total(productsOf(seen.products, / in (?!F32$)/))));
  const ofWeights = total(steps.map(({ seen }) => total(productsOf(seen.products, /^BF16 x BF16 in F32$/))));
  return [
    { name: 'steps-not-ended', value: failed, op: '<=', bar: 0 },
    {
      name: 'memory-over-plan',
      value: largestOf(steps.map(({ plan, seen }) => seen.peakBytes / plan.totalBytes)),
      op: '<=',
      bar: 1,
    },
    {
      name: 'launches-refused',
      value: shownBy(kernels, total(steps.map(({ seen }) => seen.refused))),
      op: '<=',
      bar: 0,
    },
    { name: 'products-not-summed-in-f32', value: shownBy(ofWeights, inHalves), op: '<=', bar: 0 },
    { name: 'faulty-cards-used', value: uses.length, op: '<=', bar: 0 },
  ];
}

function productsOf(products: DryStep['seen']['products'], pattern: RegExp): number[] {
  return Object.entries(products).flatMap(([name, count]) => (pattern.test(name) ? [count] : []));
}
