/** Whether a new adapter may serve: measured against what serves now, never assumed. */
import type { Comparison, HeldOutSet } from '../protocol/report.ts';

export interface Verdict {
  readonly activate: boolean;
  readonly reason: string;
}

/**
 * It must have a lower held-out loss than the base and than what serves, beyond the 95 % interval, and must not be worse in
 * exact matches beyond it. A held-out set by time, where there is one, must not speak against it either.
 */
export function gateVerdict(byFile: HeldOutSet, byTime: HeldOutSet | null, activeName: string | null): Verdict {
  const rivals: { readonly name: string; readonly over: Comparison }[] = [{ name: 'the base', over: byFile.overBase }];
  if (byFile.overActive !== null)
    rivals.push({ name: `the active adapter ${activeName ?? ''}`.trim(), over: byFile.overActive });
  for (const { name, over } of rivals) {
    if (over.loss.high === null || over.loss.high >= 0) {
      return refuse(`its held-out loss is not below that of ${name} beyond chance (${show(over.loss)})`);
    }
    if (over.exact !== null && over.exact.high !== null && over.exact.high < 0) {
      return refuse(
        `it completes fewer held-out places exactly than ${name} (${(over.exact.mean * 100).toFixed(1)} points)`,
      );
    }
  }
  if (byTime !== null && byTime.overBase.loss.low !== null && byTime.overBase.loss.low > 0) {
    return refuse(
      `on code newer than it was tuned on its loss is above that of the base (${show(byTime.overBase.loss)})`,
    );
  }
  const { name, over } = rivals.at(-1)!;
  return { activate: true, reason: `Activated: its held-out loss is below that of ${name} (${show(over.loss)}).` };
}

/** What serves now cannot be compared with it, for the reason given: then nothing says that it is better. */
export function incomparable(objection: string): Verdict {
  return refuse(
    `it cannot be compared with what serves now. ${objection}. Disable that one and tune again, or activate this one yourself`,
  );
}

/** `--force`: the gate's word stands in the reason, and is passed over. */
export function forced(verdict: Verdict, force: boolean): Verdict & { readonly forced: boolean } {
  if (verdict.activate || !force) return { ...verdict, forced: false };
  return { activate: true, forced: true, reason: `Activated by force. The gate said: ${verdict.reason}` };
}

function refuse(why: string): Verdict {
  return { activate: false, reason: `Kept, not activated: ${why}.` };
}

function show({ mean, low, high }: Comparison['loss']): string {
  const bound = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(4));
  return `difference ${mean.toFixed(4)} nats a token, 95 % interval ${bound(low)} to ${bound(high)}`;
}
