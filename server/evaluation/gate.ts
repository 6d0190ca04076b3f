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
    if (over.loss.high === null || over.loss.high >= 0) return refuse(notLower(name, byFile, over));
    if (over.exact !== null && over.exact.high !== null && over.exact.high < 0) {
      return refuse(
        `it completes ${(-over.exact.mean * 100).toFixed(1)} points fewer held-out places exactly than ${name}`,
      );
    }
  }
  if (byTime !== null && byTime.overBase.loss.low !== null && byTime.overBase.loss.low > 0) {
    const rise = percent(byTime.overBase.loss.mean, byTime, byTime.overBase);
    return refuse(`its loss on code newer than it was tuned on is ${rise} higher than that of the base`);
  }
  const { name, over } = rivals.at(-1)!;
  const { mean, high } = over.loss;
  const than = rivals.length === 1 ? '' : ` than ${name}`;
  const sure = `95 % sure of at least ${percent(-(high ?? 0), byFile, over)}`;
  const fall = percent(-mean, byFile, over);
  return { activate: true, reason: `Activated: ${fall} lower loss${than} on files it never saw (${sure}).` };
}

/** Why its loss is not known to be below the rival's. */
function notLower(name: string, set: HeldOutSet, over: Comparison): string {
  const { mean, high } = over.loss;
  if (high === null) return `there are too few held-out pairs to tell whether it is better than ${name}`;
  const change = percent(Math.abs(mean), set, over);
  return mean < 0
    ? `its loss on files it never saw is only ${change} lower than that of ${name}, which can be chance`
    : `its loss on files it never saw is ${change} higher than that of ${name}`;
}

/** The active adapter cannot be compared with it, for the reason given: then nothing says that it is better. */
export function incomparable(objection: string): Verdict {
  return refuse(
    `it cannot be compared with the active adapter. ${objection}. Disable that one and tune again, or activate this one yourself`,
  );
}

/** `--force` passes the gate's verdict over; the reason still states it. */
export function forced(verdict: Verdict, force: boolean): Verdict & { readonly forced: boolean } {
  if (verdict.activate || !force) return { ...verdict, forced: false };
  return { activate: true, forced: true, reason: `Activated with --force. The gate said: ${verdict.reason}` };
}

function refuse(why: string): Verdict {
  return { activate: false, reason: `Kept, not activated: ${why}.` };
}

/** `nats` a token as a share of the rival's loss, which is the tuned one's less the difference between the two. */
function percent(nats: number, { tuned }: HeldOutSet, { loss }: Comparison): string {
  return `${((100 * nats) / (tuned.loss - loss.mean)).toFixed(1)} %`;
}
