/** Cursor positions in packages that the base was not trained on, made by `models/pipeline/positions.py`. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';

const position = z.strictObject({
  language: z.string(),
  package: z.string(),
  licence: z.string(),
  prefix: z.string().min(1),
  /** The original text from the cursor to the end of the line. */
  rest: z.string().min(4),
  suffix: z.string(),
});
export type Position = z.infer<typeof position>;

/** The first `each` positions per language. */
export function readPositions(path: string, each: number): Position[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  const counts = new Map<string, number>();
  return lines
    .map((line) => position.parse(JSON.parse(line)))
    .filter(({ language }) => {
      const count = (counts.get(language) ?? 0) + 1;
      counts.set(language, count);
      return count <= each;
    });
}
