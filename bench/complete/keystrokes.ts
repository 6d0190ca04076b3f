/** Documents and cursors of a user typing in real files that nothing was tuned on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../server/storage/paths.ts';
import { passagesOf, Typist } from '../typist.ts';

export interface Keystroke {
  readonly document: string;
  readonly cursor: number;
}

/** TypeScript sources shipped by a dependency, long enough for a full window on both sides of the cursor. */
export function realFiles(count: number): string[] {
  const folder = join(packageRoot, 'node_modules', '@azure', 'msal-browser', 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter(({ length }) => length > 16_000 && length < 80_000)
    .slice(0, count);
}

/** The states after each of `count` keystrokes in the middle of the file. */
export function keystrokes(text: string, count: number, seed: number): Keystroke[] {
  const [passage] = passagesOf(text, 30, 1);
  if (passage === undefined) throw new Error('The file is too short to type in.');
  // No jumps: glances elsewhere make no request.
  const typist = new Typist(passage, { seed, jumpShare: 0 });
  const states: Keystroke[] = [];
  while (states.length < count) {
    const action = typist.next(null);
    if (action.kind === 'done') break;
    if (action.kind === 'edit') states.push({ document: typist.document, cursor: action.cursor });
  }
  return states;
}
