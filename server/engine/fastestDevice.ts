/** The device that `auto` means, the fastest one at the last measurement, and whether one that was named computes what the CPU does. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { measuredDevicesFile } from '../storage/paths.ts';
import { writeAside } from '../storage/writeAside.ts';
import { completionSpeeds, mayHaveDevices, trainingSpeeds } from './devices.ts';
import { EngineError } from './errors.ts';
import { gpuBackends } from './gpuBackends.ts';
import type { DeviceChoice, DeviceName, DeviceSpeed, TrainerConfig } from './types.ts';

/** Short, since a few seconds are little in a long run, and another program may have distorted the last measurement. */
const TRAINING_MS = 60_000;
/** Long, since somebody opening an editor waits for the measurement. */
const COMPLETION_MS = 24 * 3_600_000;
/** Longer, since what a driver computes changes with the driver. */
const COMPARISON_MS = 7 * COMPLETION_MS;
/** Nothing wrong was found, or nothing could be compared. */
const SAME = 'same';
const MOST_KEPT = 50;

/** The device with the most tokens a second; the CPU if none is faster, or none could be timed. */
export function fastestOf(speeds: readonly DeviceSpeed[]): DeviceName {
  const cpu = speeds.find(({ device }) => device === 'CPU')?.tokensPerSecond ?? 0;
  const [best] = speeds
    .filter(({ device, tokensPerSecond }) => device !== '' && device !== 'CPU' && tokensPerSecond > cpu)
    .toSorted((a, b) => b.tokensPerSecond - a.tokensPerSecond);
  return best?.device ?? 'cpu';
}

/** Fastest for steps of this training. The CPU if a driver crashes the measuring process. Rejects only when cancelled. */
export async function trainingDevice(config: TrainerConfig, signal?: AbortSignal): Promise<DeviceName> {
  if (!mayHaveDevices('auto')) return 'cpu';
  const { modelPath, baseType, rank, adaptedBlocks, maxTokens, threads } = config;
  const what = ['training', baseType, rank, adaptedBlocks, maxTokens, threads];
  const device = await remembered({ what, modelPath, forMs: TRAINING_MS }, 'cpu', async () =>
    fastestOf(await trainingSpeeds({ ...config, device: 'auto' }, signal)),
  );
  signal?.throwIfAborted();
  return device;
}

/** Fastest for completions by this model. As {@link trainingDevice}. */
export async function completionDevice(modelPath: string): Promise<DeviceName> {
  if (!mayHaveDevices('auto')) return 'cpu';
  return await remembered({ what: ['completion'], modelPath, forMs: COMPLETION_MS }, 'cpu', async () =>
    fastestOf(await completionSpeeds(modelPath)),
  );
}

/**
 * Compares a device that was named for this training with the CPU. Rejects if it computes something else, or when cancelled; never because
 * they could not be compared.
 */
export async function checkTrainingDevice(config: TrainerConfig, signal?: AbortSignal): Promise<void> {
  const { device, modelPath, baseType } = config;
  await compare({ device, what: ['training', baseType], modelPath }, (choice) =>
    trainingSpeeds({ ...config, device: choice }, signal),
  );
  signal?.throwIfAborted();
}

/** The same for completions by this model. */
export async function checkCompletionDevice(modelPath: string, device: DeviceName): Promise<void> {
  await compare({ device, what: ['completion'], modelPath }, (choice) => completionSpeeds(modelPath, choice));
}

interface Comparison extends Pick<Question, 'what' | 'modelPath'> {
  readonly device: DeviceName;
}

async function compare(
  { device, what, modelPath }: Comparison,
  measure: (backend: DeviceChoice) => Promise<readonly DeviceSpeed[]>,
): Promise<void> {
  const backend = (['cuda', 'vulkan', 'metal'] as const).find((one) => device.toLowerCase().startsWith(one));
  if (backend === undefined || !mayHaveDevices(backend)) return;
  const question = { what: ['comparison', device, ...what], modelPath, forMs: COMPARISON_MS };
  // A driver that hangs or crashes there is not asked again each time: where it serves, its failure is dealt with.
  const fault = await remembered(question, SAME, () =>
    measure(backend).then(
      (found) => faultOf(device, found),
      () => SAME,
    ),
  );
  if (fault !== SAME)
    throw new EngineError('device-failed', `The device ${fault}. Or choose the device \`auto\` or \`cpu\`.`);
}

/**
 * What is wrong with the device that `choice` means: the one of that name, or the first of that backend.
 * @internal
 */
export function faultOf(choice: DeviceName, speeds: readonly DeviceSpeed[]): string {
  const others = speeds.filter(({ device }) => device !== '' && device !== 'CPU');
  const chosen = others.find(({ device }) => device === choice) ?? others[0];
  return chosen?.faulty === true ? `${chosen.device} (${chosen.name}) is not used: ${chosen.reason}` : SAME;
}

/** A chosen device failed: it is not chosen again before a new measurement. */
export async function forgetMeasured(modelPath: string, file = measuredDevicesFile()): Promise<void> {
  const all = await kept(file);
  const others = all.filter((entry) => entry.modelPath !== modelPath);
  if (others.length < all.length) await keep(file, others);
}

const measured = z.array(
  z.object({ key: z.string(), modelPath: z.string(), answer: z.string().min(1), atMs: z.number() }),
);
type Measured = z.infer<typeof measured>;

interface Question {
  readonly what: readonly (string | number)[];
  readonly modelPath: string;
  /** How long an answer holds. */
  readonly forMs: number;
}

/**
 * The answer of the last measurement while neither model nor plug-ins nor drivers have changed; otherwise of a new one, or `failed` if
 * that fails.
 * @internal
 */
export async function remembered(
  { what, modelPath, forMs }: Question,
  failed: string,
  measure: () => Promise<string>,
  file = measuredDevicesFile(),
  nowMs = Date.now(),
  drivers = driverPlaces(),
): Promise<string> {
  const key = JSON.stringify([...what, ...(await identities([modelPath, ...gpuBackends('auto'), ...drivers]))]);
  const known = (await kept(file)).find(({ key: one }) => one === key);
  if (known !== undefined && known.atMs <= nowMs && nowMs < known.atMs + forMs) return known.answer;
  try {
    const answer = await measure();
    const others = (await kept(file)).filter((entry) => entry.key !== key);
    await keep(file, [{ key, modelPath, answer, atMs: nowMs }, ...others].slice(0, MOST_KEPT));
    return answer;
  } catch {
    return failed;
  }
}

/**
 * Files and folders that are written when a graphics driver is installed, updated or removed; none on macOS, where it is the system's.
 * @internal
 */
export function driverPlaces(platform: NodeJS.Platform = process.platform): string[] {
  if (platform === 'win32') {
    const system = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32`;
    return ['nvcuda.dll', 'vulkan-1.dll', 'DriverStore\\FileRepository'].map((name) => `${system}\\${name}`);
  }
  if (platform !== 'linux') return [];
  // Where the Vulkan loader looks for drivers, and distributions put NVIDIA's.
  const vulkan = ['/usr/share', '/usr/local/share', '/etc'].map((folder) => `${folder}/vulkan/icd.d`);
  const libraries = [
    `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
    '/usr/lib64',
    '/usr/lib',
    '/usr/lib/wsl/lib',
  ];
  return [...vulkan, ...libraries.map((folder) => `${folder}/libcuda.so.1`)];
}

/** Strings that change when a file does. */
async function identities(paths: readonly string[]): Promise<string[]> {
  return await Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
      return `${path} ${size} ${mtimeMs}`;
    }),
  );
}

async function kept(file: string): Promise<Measured> {
  try {
    return measured.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return [];
  }
}

/** If it cannot be written, the next use measures again. */
async function keep(file: string, entries: Measured): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeAside(file, JSON.stringify(entries));
  } catch {}
}
