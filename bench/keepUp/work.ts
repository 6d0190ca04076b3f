/** A walk's results so far, in files in its folder: the same command resumes where it was stopped. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { writeAside } from '../../server/storage/writeAside.ts';

export const learned = z.object({
  /** The adapter's path in the walk's folder; null if there was nothing to learn and the previous adapter stays. */
  adapter: z.string().nullable(),
  tokens: z.number(),
  /** Processor time of the steps. */
  cpuSeconds: z.number(),
  scale: z.number(),
  pairs: z.number(),
  /** How many of these pairs are new. */
  news: z.number(),
});
export type Learned = z.infer<typeof learned>;

/** One held-out place. */
const measuredPlace = z.object({
  nll: z.number(),
  tokens: z.number(),
  /** Characters before the first wrong one of what typing shows there, 0 if nothing is shown; null if it was not run. */
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

  /** The result of `make` for this name, from now or an earlier run. */
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
