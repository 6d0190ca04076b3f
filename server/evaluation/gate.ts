/** Whether a new adapter may serve: measured against what is serving, never assumed. */
import type { Comparison, HeldOutSet, Report } from '../protocol/report.ts';

export interface Verdict {
  /** Whether it is used from now on. */
  readonly activate: boolean;
  /** Whether it may be: it was better than all that it could be compared with, though something else may speak against a switch. */
  readonly passed: boolean;
  readonly reason: string;
}

/**
 * It must have a lower held-out loss than the base and than what is serving, beyond the 95 % interval and by as much as can be noticed,
 * and must not be worse in exact matches beyond it. Where no version serves yet, it must not be worse than an adapter without knowledge
 * of the repository, which may complete there (`adapters/preparedBase.ts`). Nor may a held-out set by time, where there is one, speak
 * against it.
 */
export function gateVerdict(byFile: HeldOutSet, byTime: HeldOutSet | null, activeName: string | null): Verdict {
  const rivals: { readonly name: string; readonly over: Comparison }[] = [{ name: 'the base', over: byFile.overBase }];
  if (byFile.overActive !== null)
    rivals.push({ name: `the active adapter ${activeName ?? ''}`.trim(), over: byFile.overActive });
  for (const { name, over } of rivals) {
    if (over.loss.high === null || over.loss.high >= 0) return refuse(notLower(name, byFile, over));
    // Where nobody can notice a difference, a switch has only its costs: an adapter's time for each token, another look of suggestions.
    if (percent(-over.loss.mean, byFile, over) === SMALL_CHANGE)
      return refuse(
        `its loss on ${unseen(byFile)} is only ${SMALL_CHANGE} lower than that of ${name}, too little to notice`,
      );
    if (over.exact !== null && over.exact.high !== null && over.exact.high < 0) {
      return refuse(
        `it completes ${(-over.exact.mean * 100).toFixed(1)} fewer of a hundred held-out places exactly than ${name}`,
      );
    }
  }
  const worse = byFile.overActive === null ? worseThanLayout(byFile) : null;
  if (worse !== null) return refuse(worse);
  if (byTime !== null && byTime.overBase.loss.low !== null && byTime.overBase.loss.low > 0) {
    const rise = percent(byTime.overBase.loss.mean, byTime, byTime.overBase);
    return refuse(`its loss on code newer than it was tuned on is ${rise} higher than that of the base`);
  }
  const { name, over } = rivals.at(-1)!;
  const { mean, high } = over.loss;
  const than = rivals.length === 1 ? '' : ` than ${name}`;
  const least = percent(-(high ?? 0), byFile, over);
  const sure = least === SMALL_CHANGE ? 'that it is lower' : `of at least ${least}`;
  const fall = percent(-mean, byFile, over);
  return activate(`${fall} lower loss${than} on ${unseen(byFile)} (95 % sure ${sure}).`);
}

/** Worse beyond chance; null where it is not, or where there is no layout adapter. */
function worseThanLayout(byFile: HeldOutSet): string | null {
  const { overLayout } = byFile;
  if (overLayout === null || overLayout.difference.low === null || overLayout.difference.low <= 0) return null;
  const rise = percentOf(overLayout.difference.mean, overLayout.layout);
  return `its loss on ${unseen(byFile)} is ${rise} higher than with the prepared base, which has not seen this code`;
}

/** Why its loss is not known to be below the rival's. */
function notLower(name: string, set: HeldOutSet, over: Comparison): string {
  const { mean, high } = over.loss;
  if (high === null) return `there are too few held-out pairs to tell whether it is better than ${name}`;
  const change = percent(-mean, set, over);
  return mean < 0 && change !== SMALL_CHANGE
    ? `its loss on ${unseen(set)} is only ${change} lower than that of ${name}, which may be chance`
    : notBelow(unseen(set), name, set, over);
}

/** Where its loss is no lower than the rival's, or not by anything that is told. */
function notBelow(where: string, name: string, set: HeldOutSet, over: Comparison): string {
  const rise = percent(Math.abs(over.loss.mean), set, over);
  return `its loss on ${where} is ${rise === SMALL_CHANGE ? 'no lower' : `${rise} higher`} than that of ${name}`;
}

/** How much worse than the serving adapter, as a share of its loss, a version that keeps it up may be on files it never saw. */
const MOST_FORGOTTEN = 0.01;

/**
 * For a version continued from the active one to keep it up: it has learned little, and only from newer code. Like every version, it must
 * be better than the base beyond chance; not worse than the active one by more than a percent on files it never saw (a test of
 * non-inferiority); and lower in loss on code newer than either has learned, where there is some. A few commits cannot show that beyond
 * chance: what they miss is left to the guard on use (`liveComparison/guard.ts`).
 */
export function keptUpVerdict(byFile: HeldOutSet, byTime: HeldOutSet | null, activeName: string | null): Verdict {
  const over = byFile.overActive;
  const name = `the active adapter ${activeName ?? ''}`.trim();
  if (over === null) return gateVerdict(byFile, byTime, activeName);
  const alone = gateVerdict({ ...byFile, overActive: null, overLayout: null }, byTime, null);
  if (!alone.activate) return alone;
  const { high } = over.loss;
  if (high === null) return refuse(`there are too few held-out pairs to tell whether it is worse than ${name}`);
  if (high > MOST_FORGOTTEN * (byFile.tuned.loss - over.loss.mean))
    return refuse(`on ${unseen(byFile)} its loss may be ${percent(high, byFile, over)} higher than that of ${name}`);
  if (over.exact !== null && over.exact.high !== null && over.exact.high < 0)
    return refuse(
      `it completes ${(-over.exact.mean * 100).toFixed(1)} fewer of a hundred held-out places exactly than ${name}`,
    );
  const newer = byTime?.overActive ?? null;
  if (byTime !== null && newer !== null) {
    if (newer.loss.mean >= 0) return refuse(notBelow('code newer than it was tuned on', name, byTime, newer));
    return activate(`${percent(-newer.loss.mean, byTime, newer)} lower loss than ${name} on code newer than both.`);
  }
  if (over.loss.mean >= 0) return refuse(notLower(name, byFile, over));
  return activate(`${percent(-over.loss.mean, byFile, over)} lower loss than ${name} on ${unseen(byFile)}.`);
}

/** How to go on where a version was better on what was measured and time ran out before that was sure; '' elsewhere. */
export function undecidedNote({ byFile }: Report, { passed }: Verdict, id: string): string {
  const losses = [byFile.overBase, ...(byFile.overActive === null ? [] : [byFile.overActive])].map(({ loss }) => loss);
  const isUndecided = losses.every(({ mean }) => mean < 0) && losses.some(({ high }) => high === null || high >= 0);
  if (passed || byFile.stopped !== 'time' || !isUndecided) return '';
  return `There was time for only ${byFile.pairs} of ${byFile.available} held-out pairs. To measure more of them, and use it if it passes, run "Repotune: Use an Adapter…" and choose Measure Again (on the command line: repotune eval --adapter ${id} --activate).`;
}

/** The active adapter cannot be compared with it, for the given reason: so nothing shows that it is better. `passed`: beside the base. */
export function incomparable(objection: string, passed: boolean): Verdict {
  return keep(
    passed,
    `it cannot be compared with the active adapter. ${objection}. Run "Repotune: Use the Base Model" and tune again, or choose this one with "Repotune: Use an Adapter…" (on the command line: repotune adapters disable, or activate)`,
  );
}

/** Something that a person has chosen since the run began keeps it from being used by itself. */
export function unwanted(why: string, passed: boolean): Verdict {
  return keep(
    passed,
    `${why}. To use this one, run "Repotune: Use an Adapter…" (on the command line: repotune adapters activate)`,
  );
}

/** `--force` overrides the gate's verdict; the reason still states it. */
export function forced(verdict: Verdict, force: boolean): Verdict & { readonly forced: boolean } {
  if (verdict.activate || !force) return { ...verdict, forced: false };
  return {
    activate: true,
    passed: verdict.passed,
    forced: true,
    reason: `Activated with --force, on the command line. The verdict was: ${verdict.reason}`,
  };
}

function refuse(why: string): Verdict {
  return keep(false, why);
}

function keep(passed: boolean, why: string): Verdict {
  return { activate: false, passed, reason: `Kept, not activated: ${why}.` };
}

function activate(reason: string): Verdict {
  return { activate: true, passed: true, reason: `Activated: ${reason}` };
}

/** Fewer say little about others, however sure a figure is of them. */
const MANY_FILES = 6;

/** What the pairs by file are from, by number where that matters. */
function unseen({ files = MANY_FILES }: HeldOutSet): string {
  if (files >= MANY_FILES) return 'files it never saw';
  return files === 1 ? 'one file it never saw' : `${files} files it never saw`;
}

/** What {@link percentOf} says of what would round to nothing. */
const SMALL_CHANGE = 'less than 0.1 %';

/** `nats` a token as a share of the rival's loss, which is the tuned one's minus the difference between the two. */
function percent(nats: number, { tuned }: HeldOutSet, { loss }: Comparison): string {
  return percentOf(nats, tuned.loss - loss.mean);
}

function percentOf(nats: number, loss: number): string {
  const share = ((100 * nats) / loss).toFixed(1);
  return Number(share) === 0 ? SMALL_CHANGE : `${share} %`;
}
