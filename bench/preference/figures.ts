/** Each arm's worth on the judging part, against the adapter it starts from. Pure. */
import { grid } from '../../server/common/format.ts';
import { randomFrom } from '../../server/common/random.ts';
import { lineLogProbability } from '../../server/completion/worth.ts';
import { bootstrapRatio, type Interval } from '../../server/evaluation/bootstrap.ts';
import {
  type ArmFound,
  asShown,
  type ArmFigures as Usefulness,
  figuresOf as usefulnessOf,
} from '../usefulness/figures.ts';
import type { Found } from '../usefulness/work.ts';
import type { ArmName } from './examples.ts';

/** What is shown, in characters per place, and how much of it has a right first line. */
export interface Shown {
  readonly shown: number;
  readonly right: number;
  readonly keptPerPlace: number;
  /** Characters from the first wrong one on. */
  readonly wrongPerPlace: number;
}

export interface ArmFigures extends Shown {
  /** As in the usefulness bench, relative to the initial adapter. */
  readonly usefulness: Usefulness;
  readonly wrongOver: Interval | null;
  /** The initial adapter with a threshold at which it shows as many: the worth of silence alone. */
  readonly quieter: Shown;
}

export interface Judgement {
  readonly found: readonly Found[];
  readonly training: {
    readonly tokens: number;
    readonly seconds: number;
    readonly acceptedRatio: number | null;
    readonly rejectedRatio: number | null;
  } | null;
  readonly gate: { readonly asNew: Verdict; readonly asKeptUp: Verdict } | null;
}

interface Verdict {
  readonly activate: boolean;
  readonly reason: string;
}

export interface PreferenceFigures {
  readonly repository: string;
  /** The material to learn from. */
  readonly asked: { readonly places: number; readonly accepted: number; readonly rejected: number };
  readonly arms: Readonly<Partial<Record<ArmName, ArmFigures & Omit<Judgement, 'found'>>>>;
}

/** `asIs`: the initial adapter at the same places, in the same order. */
export function figuresOf(arm: ArmFound, asIs: ArmFound): ArmFigures {
  const [shown, before] = [arm, asIs].map(({ found, writer }) => found.map((one) => asShown(one, writer))) as [
    Found[],
    Found[],
  ];
  const own = shownOf(shown);
  const isItself = arm.found === asIs.found;
  return {
    ...own,
    usefulness: usefulnessOf(arm, isItself ? null : asIs),
    wrongOver: isItself
      ? null
      : bootstrapRatio(
          shown.map((one, i) => wrongIn(one) - wrongIn(before[i]!)),
          shown.map(() => 1),
          randomFrom('preference'),
        ),
    quieter: shownOf(surest(asIs.found, own.shown)),
  };
}

function shownOf(places: readonly Found[]): Shown {
  const all = (value: (one: Found) => number): number => places.reduce((sum, one) => sum + value(one), 0);
  return {
    shown: all(({ text }) => Number(text !== '')),
    right: all(({ firstLine }) => Number(firstLine)),
    keptPerPlace: all(({ kept }) => kept) / places.length,
    wrongPerPlace: all(wrongIn) / places.length,
  };
}

function wrongIn({ text, kept }: Found): number {
  return text.length - kept;
}

const SILENT = { text: '', exact: false, firstLine: false, similarity: 0, kept: 0, syntaxValid: null } as const;

/** Keeps only the `most` likeliest lines. */
export function surest(places: readonly Found[], most: number): Found[] {
  const likeliness = ({ text, confidence }: Found): number =>
    confidence === null ? Number.NEGATIVE_INFINITY : lineLogProbability({ confidence, text });
  const written = places.filter(({ text }) => text !== '').toSorted((a, b) => likeliness(b) - likeliness(a));
  const taken = new Set(written.slice(0, most));
  return places.map((one) => (taken.has(one) ? one : { ...one, ...SILENT }));
}

export function tableOf({ repository, asked, arms }: PreferenceFigures): string {
  const entries = Object.entries(arms) as [ArmName, NonNullable<PreferenceFigures['arms'][ArmName]>][];
  const rows = entries.map(([name, one]) => [
    name,
    `${one.shown}/${one.usefulness.places}`,
    String(one.right),
    share(one.right, one.shown),
    one.keptPerPlace.toFixed(2),
    one.wrongPerPlace.toFixed(2),
    one.usefulness.natsPerByte.toFixed(4),
    `${one.quieter.right}, ${one.quieter.keptPerPlace.toFixed(2)}, ${one.quieter.wrongPerPlace.toFixed(2)}`,
    one.training === null ? '' : `${nats(one.training.acceptedRatio)} / ${nats(one.training.rejectedRatio)}`,
    one.training === null ? '' : one.training.seconds.toFixed(0),
    one.gate === null ? '' : `${yes(one.gate.asNew)} / ${yes(one.gate.asKeptUp)}`,
  ]);
  const header = ['', 'shown', 'right', 'of shown', 'kept', 'wrong', 'nats/byte', 'as-is, as many shown'];
  const over = entries.flatMap(([name, { usefulness, wrongOver }]) =>
    usefulness.over === null || wrongOver === null
      ? []
      : [
          [
            name,
            spread(usefulness.over.exactFirstLine, 100),
            spread(usefulness.over.keptPerPlace, 1),
            spread(wrongOver, 1),
            spread(usefulness.over.natsPerByte, 1),
          ],
        ],
  );
  return [
    `${repository}: asked at ${asked.places} places, ${asked.accepted} accepted, ${asked.rejected} rejected`,
    grid([...header, 'likelier by, nats', 'seconds', 'gate: new / kept up'], rows),
    '\nover as-is, 95 % intervals',
    grid(['', 'first line, points', 'kept a place', 'wrong a place', 'nats/byte'], over),
    ...entries.flatMap(([name, { gate }]) => (gate === null ? [] : [`${name}: ${gate.asNew.reason}`])),
  ].join('\n');
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(0)} %`;
}

function nats(ratio: number | null): string {
  return ratio === null ? '-' : ratio.toFixed(2);
}

function yes({ activate }: Verdict): string {
  return activate ? 'yes' : 'no';
}

function spread({ mean, low, high }: Interval, scale: number): string {
  const text = (value: number): string => (value * scale).toPrecision(2);
  return `${text(mean)} [${text(low)}, ${text(high)}]`;
}
