/** A run's folder: its places, and each arm's results there, line by line, so that a stopped run resumes at the next place. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** Schemas of one place, and of an arm's result there. */
export interface WorkSchemas<Place, Found> {
  readonly place: z.ZodType<Place>;
  readonly found: z.ZodType<Found>;
}

export class WorkFolder<Place, Found> {
  readonly path: string;
  readonly #schemas: WorkSchemas<Place, Found>;

  constructor(path: string, schemas: WorkSchemas<Place, Found>) {
    this.path = path;
    this.#schemas = schemas;
    mkdirSync(path, { recursive: true });
  }

  /** null if none have been drawn yet. */
  places(): Place[] | null {
    const file = join(this.path, 'places.json');
    return existsSync(file) ? z.array(this.#schemas.place).parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
  }

  async keepPlaces(drawn: readonly Place[]): Promise<void> {
    await writeFile(join(this.path, 'places.json'), JSON.stringify(drawn));
  }

  /** In the order of the places; a line truncated by a kill, and what follows it, is redone. */
  found(arm: string): Found[] {
    const file = this.#file(arm);
    if (!existsSync(file)) return [];
    const text = readFileSync(file, 'utf8');
    const results: Found[] = [];
    const whole: string[] = [];
    for (const line of text.split('\n').slice(0, -1)) {
      const parsed = this.#schemas.found.safeParse(parseOrNull(line));
      if (!parsed.success) break;
      results.push(parsed.data);
      whole.push(`${line}\n`);
    }
    // The next result must not be appended to a partial line.
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
