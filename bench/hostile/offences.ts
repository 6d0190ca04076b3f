/** What must not happen in a room, and what a visit records. */
import type { Step } from './room.ts';

export const OFFENCES = [
  'programs-run',
  'network-attempts',
  'files-outside-read',
  'files-outside-changed',
  'hangs-over-10s',
  'left-out-texts-learned',
  'untrusted-folders-touched',
  'planted-adapters-served',
] as const;
export type Offence = (typeof OFFENCES)[number];

/** Steps that write out what is learned. */
export const LEARNED_BY = ['mine', 'mine-by-time', 'learned'] as const satisfies readonly Step[];

/** The steps that can show an offence, where not every one can: without any of them its absence shows nothing. */
export const SHOWN_IN: Readonly<Partial<Record<Offence, readonly Step[]>>> = {
  'left-out-texts-learned': LEARNED_BY,
  'untrusted-folders-touched': ['open-untrusted'],
  'planted-adapters-served': ['open'],
};

export interface Offender {
  readonly offence: Offence;
  readonly room: string;
  readonly step: string;
  readonly what: string;
}

export interface Visit {
  readonly room: string;
  readonly offenders: readonly Offender[];
  /** Admitted texts searched for, and found: proof that the search works. */
  readonly looked: number;
  readonly found: number;
  /** Steps of a room without traps that did not do their work, and how they ended: in other rooms they show nothing. */
  readonly mute: readonly string[];
  /** How each step ended, for debugging, and how long it took of its own time: see `ownTime.ts`. */
  readonly steps: readonly { readonly step: Step; readonly seconds: number; readonly end: string }[];
}
