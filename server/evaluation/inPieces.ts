/** Interleaves the same work for several models, so that whenever time is up, all have done the same. */

export interface Pieces {
  /** Items done before. */
  readonly from: number;
  readonly to: number;
  /** Items done however long it takes. */
  readonly least: number;
  /** On the clock of `nowMs`; Infinity for no limit. */
  readonly untilMs: number;
  /** May stop while whatever does the work is held. */
  nowMs(): number;
  readonly signal: AbortSignal | undefined;
}

/** Long enough for switching the context between models not to matter; a stop takes effect within it. */
const PIECE_MS = 3000;

/**
 * Calls `work` for each model with the same ranges of items, in order, sized by how long earlier ones took. Returns how many items are done
 * for all models: fewer than `to` when time is up. Work in progress then is discarded, and `work`'s signal aborts it.
 * @throws the signal's reason when stopped.
 */
export async function inPieces<Model>(
  models: readonly Model[],
  { from, to, least, untilMs, nowMs, signal }: Pieces,
  work: (model: Model, from: number, to: number, signal: AbortSignal | undefined) => Promise<() => void>,
): Promise<number> {
  let done = from;
  let length = 1;
  let inTurn = models;
  while (done < to) {
    signal?.throwIfAborted();
    const mayStop = done >= least;
    const startedMs = nowMs();
    if (mayStop && startedMs >= untilMs) return done;
    const end = Math.min(to, done + length, mayStop ? to : Math.max(least, done + 1));
    const clock = mayStop && untilMs - startedMs < 2 ** 31 ? AbortSignal.timeout(Math.ceil(untilMs - startedMs)) : null;
    const either = clock === null ? signal : signal === undefined ? clock : AbortSignal.any([clock, signal]);
    const keeps: (() => void)[] = [];
    try {
      for (const model of inTurn) {
        keeps.push(await work(model, done, end, either));
        if (either?.aborted) break;
      }
    } catch (error) {
      if (!clock?.aborted) throw error;
    }
    signal?.throwIfAborted();
    if (clock?.aborted) {
      if (nowMs() >= untilMs) return done;
      // The system's clock went on while the work was held: retry.
      continue;
    }
    for (const keep of keeps) keep();
    const tookMs = Math.max(0.1, nowMs() - startedMs);
    length = Math.max(1, Math.floor(((end - done) * PIECE_MS) / tookMs));
    done = end;
    // The last model's context is still loaded.
    inTurn = inTurn.toReversed();
  }
  return done;
}
