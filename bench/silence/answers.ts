/** What models wrote at held-out places, from the work folders of `bench -- usefulness` and `bench -- preference`; which are only read. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { firstLine, type Written } from '../../server/completion/worth.ts';
import { armWriter } from '../usefulness/arms.ts';
import { SHARES, type UsefulPlace } from '../usefulness/places.ts';
import { found, openWork } from '../usefulness/work.ts';

/** A suggestion and its fate. */
export interface Answer extends Written {
  readonly folder: string;
  readonly arm: string;
  /** The same for all suggestions there. */
  readonly place: string;
  readonly isRight: boolean;
  readonly kept: number;
  /** Whether its first line can stand without the rest. */
  readonly alone: boolean;
  readonly facts: Facts;
  /** Kinds of places are weighted by how often people type at them. */
  readonly weight: number;
}

/** Features that might add to the line's log probability. */
export interface Facts {
  readonly mean: number;
  /** Natural log of the first line's length in characters. */
  readonly length: number;
  readonly goesOnBehind: number;
  readonly nothingBefore: number;
  readonly halfWord: number;
  readonly furtherLines: number;
}

/** Answers from one work folder of repositories; `parameters` are the base's. */
export function answersIn(folder: string, parameters: number): Answer[] {
  const inside = readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? [join(folder, one.name)] : [],
  );
  const answers = [folder, ...inside]
    .filter((path) => existsSync(join(path, 'places.json')))
    .flatMap((path) => answersOf(path, parameters, basename(folder)));
  return weighed(answers);
}

type Unweighed = Omit<Answer, 'weight'> & { readonly kind: UsefulPlace['placeKind'] };

function answersOf(path: string, parameters: number, folder: string): Unweighed[] {
  const places = openWork(path).places() ?? [];
  const arms = readdirSync(path).flatMap((file) => (file.endsWith('.jsonl') ? [basename(file, '.jsonl')] : []));
  return arms.flatMap((arm) =>
    // A run still in progress may be in the middle of its last line.
    readFileSync(join(path, `${arm}.jsonl`), 'utf8')
      .split('\n')
      .slice(0, -1)
      .flatMap((line, i): Unweighed[] => {
        const { text, confidence, firstLine: isRight, kept, alone } = found.parse(JSON.parse(line));
        const place = places[i];
        if (place === undefined || confidence === null) return [];
        return [
          {
            folder,
            arm,
            place: `${place.path}:${place.startByte}-${place.endByte}`,
            writer: armWriter(arm, { parameters }),
            confidence,
            text,
            isRight,
            kept,
            alone: alone !== null,
            facts: factsOf(place, text, confidence),
            kind: place.placeKind,
          },
        ];
      }),
  );
}

function factsOf({ prefix, suffix }: UsefulPlace, text: string, mean: number): Facts {
  const before = prefix.slice(prefix.lastIndexOf('\n') + 1);
  return {
    mean,
    length: Math.log(Math.max(1, firstLine(text).length)),
    goesOnBehind: Number(suffix.split('\n', 1)[0]!.trim() !== ''),
    nothingBefore: Number(before.trim() === ''),
    halfWord: Number(/[\p{L}\p{N}_]$/u.test(before)),
    furtherLines: Number(text.trim().includes('\n')),
  };
}

/** A folder's weight is its number of places per writer, up to this many: no repository or base may dominate. */
const MOST_PLACES = 60;

function weighed(answers: readonly Unweighed[]): Answer[] {
  const counts = new Map<string, number>();
  const add = (key: string, more: number): void => void counts.set(key, (counts.get(key) ?? 0) + more);
  const groupOf = ({ writer, kind }: Unweighed): string => `${writer}\n${kind}`;
  for (const one of answers) add(groupOf(one), 1);
  const shareOf = (one: Unweighed): number => SHARES[one.kind] / counts.get(groupOf(one))!;
  const places = new Map<string, Set<string>>();
  for (const one of answers) {
    add(one.writer, shareOf(one));
    places.set(one.writer, (places.get(one.writer) ?? new Set()).add(one.place));
  }
  return answers.map(({ kind, ...one }) => {
    const together = Math.min(MOST_PLACES, places.get(one.writer)!.size);
    return { ...one, weight: (together * shareOf({ ...one, kind })) / counts.get(one.writer)! };
  });
}
