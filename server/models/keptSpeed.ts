/** How fast this machine was at its best, kept from one start to the next: whoever asks in a busy moment is not told that it is slow. */
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

/** Data folders move with their owners, from machine to machine. */
export function processorKey(): string {
  const all = cpus();
  return `${all.length} x ${all[0]?.model ?? 'unknown'}`;
}

/** The better of what is measured now and what was before, which is kept. One that was only assumed is no measurement. */
export async function withKept(measured: Speed, path: string): Promise<Speed> {
  const all = await read(path);
  const before = all[processorKey()];
  if (measured.speed !== 'measured') return before ?? measured;
  const best = before === undefined ? measured : fasterOf(measured, before);
  const text = `${JSON.stringify({ ...all, [processorKey()]: best }, null, 2)}\n`;
  // What cannot be kept is measured again.
  await mkdir(dirname(path), { recursive: true })
    .then(() => writeAside(path, text))
    .catch(() => {});
  return best;
}

/** A file that is missing or damaged costs one measurement. */
async function read(path: string): Promise<Readonly<Record<string, Speed>>> {
  try {
    return speeds.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}
