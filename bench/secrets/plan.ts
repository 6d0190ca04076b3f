/**
 * Which secret is written where: for each kind a number of writings in the tree, one only in history and one in a commit message. A third
 * of the kinds, chosen by a seed, is withheld from the author of the filter's rules, which must hold for kinds nobody has looked at: so
 * work on the kinds named in the check's table, without reading the others here.
 */

import { hashFraction, Random } from '../../server/common/random.ts';
import { languageOf } from '../../server/languages/languageOf.ts';
import { type Kind, type Made, nameOf } from './kind.ts';
import { blocks, type HostName, hosts } from './surroundings.ts';
import { leastPiece, type Writing } from './writing.ts';
import { allWritings, drawWritings } from './writings.ts';

export type Place = 'tree' | 'history' | 'message';

export interface Plant {
  readonly kind: Kind;
  readonly unseen: boolean;
  readonly writing: string;
  readonly place: Place;
  /** '' for a commit message. */
  readonly path: string;
  readonly host: HostName;
  readonly text: string;
  /** Any of these, or twelve characters of one, gives the secret away. */
  readonly tells: readonly string[];
  /** Whether mining reads such a file today, judged by its name: only there can the filter fail. */
  readonly read: boolean;
}

export interface PlanOptions {
  readonly seed: number;
  readonly kinds: readonly Kind[];
  /** How often each kind is planted where mining reads: all but one in the tree, the last only in history. */
  readonly writings: number;
}

export const defaultSeed = 21;
const unseenShare = 1 / 3;

const [readWritings, unreadWritings] = [true, false].map((read) =>
  allWritings.filter((writing) => isRead(writing) === read),
) as [Writing[], Writing[]];

export function isUnseen(kind: Kind, seed: number): boolean {
  return hashFraction('unseen', String(seed), kind.name) < unseenShare;
}

export function planOf({ seed, kinds, writings }: PlanOptions): Plant[] {
  const known = new Set<string>();
  return kinds.flatMap((kind) => {
    const random = new Random('plant', String(seed), kind.name);
    const made = kind.generate(random);
    // The last is for history.
    const mined = drawWritings(readWritings, kind, made, writings, random);
    const inHistory = mined.pop() as Writing;
    // Formats that mining does not read yet.
    const unread = drawWritings(unreadWritings, kind, made, 1, random);
    return [
      ...[...mined, ...unread].map((writing) => plantOf(kind, seed, 'tree', writing, random, known)),
      plantOf(kind, seed, 'history', inHistory, random, known),
      messageOf(kind, seed, random, known),
    ];
  });
}

function plantOf(kind: Kind, seed: number, place: Place, writing: Writing, random: Random, known: Set<string>): Plant {
  const made = fresh(kind, random, known);
  const name = nameOf(kind.names[random.below(kind.names.length)] as string);
  const result = writing.write({ ...made, name, random });
  const { text, tells } = typeof result === 'string' ? { text: result, tells: made.tells } : result;
  const path = `src/area${random.below(40)}/part${known.size}.${hosts[writing.host].extension}`;
  return {
    kind,
    unseen: isUnseen(kind, seed),
    writing: writing.name,
    place,
    path,
    host: writing.host,
    text,
    tells: tells.filter((tell) => tell.length >= leastPiece),
    read: isRead(writing),
  };
}

function messageOf(kind: Kind, seed: number, random: Random, known: Set<string>): Plant {
  const { text, tells } = fresh(kind, random, known);
  const { words } = nameOf(kind.names[0] as string);
  return {
    kind,
    unseen: isUnseen(kind, seed),
    writing: 'commit message',
    place: 'message',
    path: '',
    host: 'sh',
    text: `Read the ${words} from the environment\n\nIt was this until now:\n${text}`,
    tells: tells.filter((tell) => tell.length >= leastPiece),
    read: false,
  };
}

/** A value that shares no part with earlier ones, so that a find identifies its origin. */
function fresh(kind: Kind, random: Random, known: Set<string>): Made {
  for (let tries = 0; tries < 50; tries++) {
    const made = kind.generate(random);
    const told = made.tells.filter((tell) => tell.length >= leastPiece);
    if (told.length === 0 || told.some((tell) => known.has(tell))) continue;
    for (const tell of told) known.add(tell);
    return made;
  }
  throw new Error(`The kind "${kind.name}" gives too few different values.`);
}

function isRead({ host }: Writing): boolean {
  return languageOf(`part.${hosts[host].extension}`) !== null;
}

/** Blocks of code on either side of a plant. */
const around = 6;

/** The blocks of a plant's file. */
export function surroundingsOf({ host, path }: Plant, seed: number): { before: string[]; after: string[] } {
  const random = new Random('surroundings', String(seed), path);
  return { before: blocks(host, random, around), after: blocks(host, random, around) };
}
