/** Adapters on a device, which merges them into a copy of the base and swaps them as requests name others, against the CPU. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bar } from '../server/common/bars.ts';
import { CompletionProcess } from '../server/engine/process.ts';
import { request, trainedAdapter } from '../server/engine/testing.ts';
import type { AdapterRef, DeviceChoice } from '../server/engine/types.ts';
import { bundledModelPath, mergedModelsFolder } from '../server/storage/paths.ts';
import { largestOf, shownBy } from './shownBy.ts';

export interface GpuAdapters {
  /** Adapters that were merged. */
  readonly merged: number;
  /** The largest difference of a text's loss from the CPU's, where adapters stay beside the base, in percent of the base's own loss. */
  readonly lossDifferencePercent: number;
}

const TEXTS = [
  'export function totalOf(orders: Order[]): number {\n  return orders.reduce((sum, { price }) => sum + price, 0);\n}\n',
  'def read_settings(path):\n    with open(path) as file:\n        return parse_settings(file.read())\n',
];
/** Requests in a row after which another adapter may take this one's place, and one that took turns is merged at the next reading. */
const MANY_USES = 20;

/** Two adapters take turns with the base, then stay for a while, which merges the second too. Sets the process's cache folder. */
export async function gpuAdapters(device: DeviceChoice): Promise<GpuAdapters> {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-adapters-'));
  process.env['XDG_CACHE_HOME'] = folder;
  const onDevice = new CompletionProcess();
  const onCpu = new CompletionProcess();
  try {
    const model = { modelPath: bundledModelPath(), contextTokens: 512, threads: 1 };
    await onDevice.load({ ...model, device });
    await onCpu.load({ ...model, device: 'cpu', mergeAdapters: false });
    const [one, other] = await Promise.all(
      TEXTS.map(async (text, i): Promise<AdapterRef> => {
        return { id: `${i}`, path: await trainedAdapter(folder, `${i}`, text), scale: 1 };
      }),
    );
    const samples = (await onCpu.tokenize(TEXTS)).map((tokens) => ({ tokens, lossFrom: 1, lossTo: tokens.length }));
    const losses = async (engine: CompletionProcess, adapter: AdapterRef | null): Promise<number[]> =>
      (await engine.score(samples, adapter)).map(({ nll }) => nll);

    const base = await losses(onCpu, null);
    const differences: number[] = [];
    const compare = async (adapter: AdapterRef | null): Promise<void> => {
      const here = await losses(onCpu, adapter);
      const there = await losses(onDevice, adapter);
      differences.push(...there.map((nll, i) => (100 * Math.abs(nll - here[i]!)) / base[i]!));
    };
    for (const adapter of [null, one!, other!, one!, null, other!]) await compare(adapter);
    const again = request('x = ', '', { adapter: other! });
    for (let use = 0; use < MANY_USES; use++) await onDevice.complete({ ...again, maxTokens: 1 });
    await onDevice.complete({ ...again, maxTokens: 0 });
    for (const adapter of [other!, one!]) await compare(adapter);
    return { merged: readdirSync(mergedModelsFolder()).length, lossDifferencePercent: largestOf(differences) };
  } finally {
    await Promise.all([onDevice.dispose(), onCpu.dispose()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With another adapter or none a text's loss is about a hundred times as far away. */
export function gpuAdapterBars({ merged, lossDifferencePercent }: GpuAdapters): Bar[] {
  const bothMerged = merged === TEXTS.length ? 1 : 0;
  return [
    {
      name: 'adapter-loss-difference-percent',
      value: shownBy(bothMerged, lossDifferencePercent),
      op: '<=',
      bar: 1,
    },
  ];
}
