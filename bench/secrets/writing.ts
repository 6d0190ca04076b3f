/** The description of a way of writing a secret, and its building blocks. */
import type { Random } from '../../server/common/random.ts';
import { between } from './draws.ts';
import type { Made, Name, Shape } from './kind.ts';
import type { HostName } from './surroundings.ts';

export interface Written extends Made {
  readonly name: Name;
  readonly random: Random;
}

export interface Writing {
  readonly name: string;
  readonly host: HostName;
  readonly shapes: readonly Shape[];
  /** Needs a secret long enough that each piece still identifies it. */
  readonly splits: boolean;
  /** A plain text keeps the tells of its value; a split one returns its own. */
  readonly write: (value: Written) => string | Made;
}

type WriteRow = readonly [string, HostName, (value: Written) => string | Made];

export function writings(shapes: readonly Shape[], rows: readonly WriteRow[], splits = false): Writing[] {
  return rows.map(([name, host, write]) => ({ name: `${host}: ${name}`, host, shapes, splits, write }));
}

/** Inside quotes of this kind. */
export function quoted(text: string, quote: '"' | "'" | '`'): string {
  return `${quote}${text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
}

export const single = ({ text }: Made): string => quoted(text, "'");
export const double = ({ text }: Made): string => quoted(text, '"');

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** A writing in XML or HTML, where special characters are escaped, in the tells too. */
export function escaped(write: (value: Written) => string) {
  return (value: Written): Made => {
    const tells = value.tells.map(xml);
    return { text: write({ ...value, text: xml(value.text), tells }), tells };
  };
}

export function indented(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

/** The shortest piece of a split secret that still identifies it. */
export const leastPiece = 8;

/** The text cut into pieces, with every cut but the outer ones inside the secret; and each piece's tells. */
export function cut({ text, tells, random }: Written, count: number): { pieces: string[]; tells: string[] } {
  const tell = tells[0] ?? text;
  const from = text.indexOf(tell);
  const step = tell.length / count;
  const cuts = Array.from({ length: count - 1 }, (_, i) => {
    const slack = Math.max(0, Math.floor(step - leastPiece));
    return (
      from + Math.round(step * (i + 1)) + (slack > 0 ? between(random, -Math.min(slack, 2), Math.min(slack, 2)) : 0)
    );
  });
  const bounds = [0, ...cuts, text.length];
  const pieces = bounds.slice(1).map((end, i) => text.slice(bounds[i], end));
  const told = pieces.map((_, i) =>
    text.slice(Math.max(from, bounds[i] as number), Math.min(from + tell.length, bounds[i + 1] as number)),
  );
  return { pieces, tells: told.filter(({ length }) => length >= leastPiece) };
}

/** A writing of a secret in `count` pieces; `write` gets them in order. */
export function inPieces(count: number, write: (pieces: readonly string[], value: Written) => string) {
  return (value: Written): Made => {
    const { pieces, tells } = cut(value, count);
    return { text: write(pieces, value), tells };
  };
}
