/** Searches for planted secrets in what mining keeps, and in what it prints. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Filter, logOf } from './apart.ts';
import type { MinedTexts } from './mineTexts.ts';
import type { Plant } from './plan.ts';
import type { Planted } from './plant.ts';
import { leastPiece } from './writing.ts';

/** This many characters of a secret identify it; a shorter one takes the whole. */
export const tellingCharacters = 12;

/** The identifying pieces of each plant, by their first characters: one look-up per position of a text. */
export class Telltales {
  readonly #byHead = new Map<string, { readonly piece: string; readonly plant: Plant }[]>();

  constructor(plants: readonly Plant[]) {
    const owners = new Map<string, Plant | null>();
    for (const plant of plants)
      for (const piece of plant.tells.flatMap(piecesOf)) {
        const owner = owners.get(piece);
        // What two secrets share, such as a key format's header, identifies neither.
        owners.set(piece, owner === undefined || owner === plant ? plant : null);
      }
    const told = new Set<Plant>();
    for (const [piece, plant] of owners) {
      if (plant === null) continue;
      told.add(plant);
      const head = piece.slice(0, leastPiece);
      const same = this.#byHead.get(head);
      if (same) same.push({ piece, plant });
      else this.#byHead.set(head, [{ piece, plant }]);
    }
    const untold = plants.filter((plant) => !told.has(plant));
    if (untold.length > 0)
      throw new Error(
        `Nothing tells these secrets: ${untold.map(({ kind, writing }) => `${kind.name} (${writing})`).join(', ')}`,
      );
  }

  foundIn(lines: Iterable<string>): Set<Plant> {
    const found = new Set<Plant>();
    for (const line of lines) {
      for (let at = 0; at + leastPiece <= line.length; at++) {
        const same = this.#byHead.get(line.slice(at, at + leastPiece));
        for (const { piece, plant } of same ?? []) if (line.startsWith(piece, at)) found.add(plant);
      }
    }
    return found;
  }
}

function piecesOf(tell: string): string[] {
  if (tell.length <= tellingCharacters) return [tell];
  return Array.from({ length: tell.length - tellingCharacters + 1 }, (_, at) => tell.slice(at, at + tellingCharacters));
}

export interface Learned {
  /** Where it was found. */
  readonly places: ReadonlyMap<Plant, readonly string[]>;
  /** Files that mining took. */
  readonly taken: ReadonlySet<string>;
}

/** Mines the planted repository, with or without the filter, and returns which secrets get through. */
export async function learnedOf(planted: Planted, telltales: Telltales, filter: Filter): Promise<Learned> {
  const scratch = mkdtempSync(join(tmpdir(), 'repotune-learned-'));
  try {
    const out = join(scratch, 'texts.json');
    rmSync(join(planted.repository.root, '.git', 'repotune'), { recursive: true, force: true });
    const program = join(import.meta.dirname, 'mineTexts.ts');
    const log = await logOf([program, planted.repository.root, planted.cut, out], filter);
    const { taken, places } = JSON.parse(readFileSync(out, 'utf8')) as MinedTexts;
    const found = new Map<Plant, string[]>();
    for (const [place, lines] of Object.entries({ ...places, log: log.split('\n') }))
      for (const plant of telltales.foundIn(lines)) found.set(plant, [...(found.get(plant) ?? []), place]);
    return { places: found, taken: new Set(taken) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
