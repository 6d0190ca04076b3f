/** Best speed measured on this machine, kept across starts, so that a busy moment does not make it look slow. */
import { mkdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import * as z from 'zod';
import { writeAside } from '../storage/writeAside.ts';
import { fasterOf, type Speed } from './cpuSpeed.ts';

const positive = z.number().positive();
const speeds = z.record(
  z.string(),
  z.object({
    speed: z.literal('measured'),
    bytesPerSecond: positive,
    blockOverheadMs: z.number().nonnegative(),
    operationsPerSecond: positive,
  }),
);

/** Data folders move with their owners from machine to machine. */
export function processorKey(): string {
  const all = cpus();
  return `${all.length} x ${all[0]?.model ?? 'unknown'}`;
}

/** The better of the current and the earlier measurement, which is stored. Assumed speeds do not count as measured. */
export async function withKept(measured: Speed, path: string): Promise<Speed> {
  const all = await read(path);
  const before = all[processorKey()];
  if (measured.speed !== 'measured') return before ?? measured;
  const best = before === undefined ? measured : fasterOf(measured, before);
  const text = `${JSON.stringify({ ...all, [processorKey()]: best }, null, 2)}\n`;
  // If it cannot be stored, it is measured again.
  await mkdir(dirname(path), { recursive: true })
    .then(() => writeAside(path, text))
    .catch(() => {});
  return best;
}

/** A missing or damaged file costs one measurement. */
async function read(path: string): Promise<Readonly<Record<string, Speed>>> {
  try {
    return speeds.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}
