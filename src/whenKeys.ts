/** The context keys of package.json's `when` clauses, derived from a state. No vscode here. */
import type { RepotuneState } from '../server/protocol/index.ts';
import { isRunning } from '../server/protocol/tune.ts';
import { canBeHeld } from './describe.ts';

/** A background run does not count as tuning: only the panel shows it, with its buttons. */
export function whenKeys(state: RepotuneState | null): Readonly<Record<string, boolean>> {
  const tuning = state?.run != null && isRunning(state.run) && !state.run.background;
  return {
    'repotune.tuning': tuning,
    'repotune.holdable': tuning && canBeHeld(state),
    'repotune.paused': state?.paused ?? false,
    'repotune.canRollBack': state?.previous != null,
    'repotune.hasAdapter': (state?.adapters.length ?? 0) > 0,
  };
}
