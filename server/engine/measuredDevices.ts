/** Answers of measurements of devices, kept between starts in a file of the user's. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { measuredDevicesFile } from '../storage/paths.ts';
import { writeAside } from '../storage/writeAside.ts';
import { gpuBackends } from './gpuBackends.ts';

const MOST_KEPT = 50;

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

export interface Question {
  readonly what: readonly (string | number)[];
  readonly modelPath: string;
  /** How long an answer holds. */
  readonly forMs: number;
}

/**
 * The answer of the last measurement while neither model nor plug-ins nor drivers have changed; otherwise of a new one, or `failed` if
 * that fails.
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
