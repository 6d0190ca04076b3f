/** A run's folder: what was found by each arm, line by line, so that a run which is stopped goes on at the next place. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { UsefulPlace } from './places.ts';

export const found = z.object({
  /** '' where nothing was offered, whatever the confidence. */
  text: z.string(),
  /** Why nothing was offered; '' where something was. */
  silent: z.string(),
  /** Mean log probability of a token; null where nothing was offered. */
  confidence: z.number().nullable(),
  exact: z.boolean(),
  firstLine: z.boolean(),
  similarity: z.number(),
  /** Characters before the first wrong one. */
  kept: z.number(),
  syntaxValid: z.boolean().nullable(),
  /** Loss of what was really written there. */
  nll: z.number(),
  bytes: z.number(),
  promptTokens: z.number(),
});
export type Found = z.infer<typeof found>;

const places = z.array(
  z.object({
    path: z.string(),
    language: z.string(),
    kind: z.string(),
    split: z.enum(['train', 'held-out']),
    commit: z.string(),
    startByte: z.number(),
    endByte: z.number(),
    prefix: z.string(),
    middle: z.string(),
    suffix: z.string(),
    context: z.string(),
    placeKind: z.enum(['line-end', 'inside-line', 'block', 'body']),
    set: z.enum(['file', 'time']),
  }),
) satisfies z.ZodType<UsefulPlace[]>;

export class WorkFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  places(): UsefulPlace[] | null {
    const file = join(this.path, 'places.json');
    return existsSync(file) ? places.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
  }

  async keepPlaces(drawn: readonly UsefulPlace[]): Promise<void> {
    await writeFile(join(this.path, 'places.json'), JSON.stringify(drawn));
  }

  /** In the order of the places; a line cut short by a kill, and what follows it, is found again. */
  found(arm: string): Found[] {
    const file = this.#file(arm);
    if (!existsSync(file)) return [];
    const results: Found[] = [];
    const text = readFileSync(file, 'utf8');
    const whole: string[] = [];
    for (const line of text.split('\n').slice(0, -1)) {
      const parsed = found.safeParse(parseOrNull(line));
      if (!parsed.success) break;
      results.push(parsed.data);
      whole.push(`${line}\n`);
    }
    // What is found next is not written behind a part of a line.
    if (whole.join('') !== text) writeFileSync(file, whole.join(''));
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
