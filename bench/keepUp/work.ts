/** What a walk has found so far, in files of its folder: the same command goes on where it was stopped. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { writeAside } from '../../server/storage/writeAside.ts';

export const learned = z.object({
  /** Of the adapter, in the walk's folder; null where there was nothing to learn and the adapter before goes on. */
  adapter: z.string().nullable(),
  tokens: z.number(),
  /** Processor time of the steps. */
  cpuSeconds: z.number(),
  scale: z.number(),
  pairs: z.number(),
  /** Pairs of these that are new. */
  news: z.number(),
});
export type Learned = z.infer<typeof learned>;

/** One held-out place. */
const measuredPlace = z.object({
  nll: z.number(),
  tokens: z.number(),
  /** Characters before the first wrong one of what typing shows there, 0 where nothing is shown; null where it was not asked. */
  kept: z.number().nullable(),
  offered: z.boolean().nullable(),
});
export const measured = z.array(measuredPlace);
export type Measured = z.infer<typeof measured>;

export class WalkFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What `make` gave for this name, now or in an earlier run. */
  async once<T>(name: string, schema: z.ZodType<T>, make: () => Promise<T>): Promise<T> {
    const path = join(this.path, `${name}.json`);
    const known = await readFile(path, 'utf8').catch(() => null);
    if (known !== null) return schema.parse(JSON.parse(known));
    const made = await make();
    await mkdir(dirname(path), { recursive: true });
    await writeAside(path, JSON.stringify(made));
    return made;
  }
}
