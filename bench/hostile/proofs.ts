/** What shows that a step did its work in the honest room: a step that does nothing meets no trap either. Pure. */
import type { Step } from './room.ts';

/** How a step ended. */
export interface Ended {
  readonly exit: number | null;
  /** Why it was killed; '' if it ended by itself. */
  readonly killed: string;
  /** Whether it was ended because it had gone far enough. */
  readonly enough: boolean;
  /** Everything that it printed, or the server answered. */
  readonly said: string;
  /** Whether an admitted text is in the file that it writes. */
  readonly wrote: boolean;
}

const wroteWell = ({ exit, wrote }: Ended): boolean => exit === 0 && wrote;

const PROOFS: Readonly<Record<Step, (ended: Ended) => boolean>> = {
  // What is refused was asked for.
  'open-untrusted': ({ exit, said }) => exit === 0 && said.includes('does nothing in this folder until you trust it'),
  // The preview has mined. The engine need not be ready: on a busy machine the window is closed before.
  open: ({ exit, said }) => exit === 0 && /^preview: \{.*"trainPairs":[1-9]/m.test(said),
  mine: wroteWell,
  'mine-by-time': wroteWell,
  tune: ({ enough }) => enough,
  learned: wroteWell,
  complete: ({ exit, said }) => exit === 0 && /"promptTokens":[1-9]/.test(said),
  // The remote is there, and empty.
  list: ({ exit, said }) => exit === 0 && said.includes('No adapters have been shared at origin yet'),
  pull: ({ exit, said }) => exit === 1 && said.includes('Nothing called a-version is shared there'),
};

export function didItsWork(step: Step, ended: Ended): boolean {
  return ended.killed === '' && PROOFS[step](ended);
}
