/** What the panel remembers, so that it reappears as it was left. Pure. */

export interface Remembered {
  readonly tab: string | null;
  /** How much a run may take: see `sizes.ts`. */
  readonly size: string | null;
  /** Keys of the open details, latest last. */
  readonly open: readonly string[];
  /** Runs whose progress was brought into view: see `runTabs.ts`. */
  readonly runs: readonly string[];
}

export const NOTHING: Remembered = { tab: null, size: null, open: [], runs: [] };

/** A bound is needed: every example of every report has its own key. */
const MOST_OPEN = 100;

/** `state`: as stored by any version. */
export function readRemembered(state: unknown): Remembered {
  if (typeof state !== 'object' || state === null) return NOTHING;
  return {
    tab: 'tab' in state && typeof state.tab === 'string' ? state.tab : null,
    size: 'size' in state && typeof state.size === 'string' ? state.size : null,
    open: 'open' in state ? textsOf(state.open) : [],
    runs: 'runs' in state ? textsOf(state.runs) : [],
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function withOpen(keys: readonly string[], key: string, open: boolean): readonly string[] {
  const others = keys.filter((other) => other !== key);
  return open ? [...others, key].slice(-MOST_OPEN) : others;
}
