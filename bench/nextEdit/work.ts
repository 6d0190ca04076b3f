/** A run's folder: its places, and what each arm did there, line by line, so that a run which is stopped goes on at the next place. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { EditExample } from '../../server/mining/edits/examples.ts';

const lines = z.array(z.string());
const change = z.object({ path: z.string(), line: z.number(), before: lines, after: lines });

const place = z.object({
  situation: z.object({
    path: z.string(),
    lines,
    region: z.object({ from: z.number(), to: z.number() }),
    recent: z.array(change),
    related: z.array(z.object({ path: z.string(), text: z.string() })),
  }),
  updated: lines,
  kind: z.enum(['edit', 'half-typed', 'no-edit']),
  commit: z.string(),
  path: z.string(),
  /** What decides when to keep silent, and what is reported: no commit is in both. */
  half: z.enum(['calibration', 'report']),
});
export type EditPlace = z.infer<typeof place> & EditExample;

export const found = z.object({
  /** The region as it was written, whatever is shown of it; null where the answer did not end. */
  answer: lines.nullable(),
  /** Why nothing would be shown however sure the model is; '' where something would be. */
  silent: z.string(),
  /** Probability of the least likely token; of a plain program 1. */
  sureness: z.number(),
  promptTokens: z.number(),
  generatedTokens: z.number(),
  /** Forward passes behind the prompt. */
  passes: z.number(),
  ms: z.number(),
  /** Of the engine's process, all of its threads: what a machine that does other things cannot lengthen much. */
  cpuMs: z.number(),
});
export type Found = z.infer<typeof found>;

export class WorkFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  places(): EditPlace[] | null {
    const file = join(this.path, 'places.json');
    return existsSync(file) ? z.array(place).parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
  }

  async keepPlaces(drawn: readonly EditPlace[]): Promise<void> {
    await writeFile(join(this.path, 'places.json'), JSON.stringify(drawn));
  }

  /** In the order of the places; a line cut short by a kill, and what follows it, is found again. */
  found(arm: string): Found[] {
    const file = this.#file(arm);
    if (!existsSync(file)) return [];
    const text = readFileSync(file, 'utf8');
    const results: Found[] = [];
    let whole = '';
    for (const line of text.split('\n').slice(0, -1)) {
      const parsed = found.safeParse(parseOrNull(line));
      if (!parsed.success) break;
      results.push(parsed.data);
      whole += `${line}\n`;
    }
    // What is found next is not written behind a part of a line.
    if (whole !== text) writeFileSync(file, whole);
    return results;
  }

  add(arm: string, one: Found): void {
    appendFileSync(this.#file(arm), `${JSON.stringify(one)}\n`);
  }

  #file(arm: string): string {
    return join(this.path, `${arm}.jsonl`);
  }
}

function parseOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
