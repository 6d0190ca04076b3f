/** The same work for several models in turn, so that whenever time is up all of them have done the same. */

export interface Pieces {
  /** Items done before. */
  readonly from: number;
  readonly to: number;
  /** Done in any case, however long it takes. */
  readonly least: number;
  /** By `nowMs`; Infinity for no limit. */
  readonly untilMs: number;
  /** May stand still, while what does the work does. */
  nowMs(): number;
  readonly signal: AbortSignal | undefined;
}

/** Contexts change hands between models at every piece, which should not show; and a stop is heard of so often. */
const PIECE_MS = 3000;

/**
 * Calls `work` for each model with the same ranges of items, in order, of a length by how long the ones before took. How many items
 * are done for all: fewer than `to` when time is up. What was in work then is thrown away, and `work`'s signal ends it.
 * @throws the signal's reason, when it was stopped.
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
      // The system's time ran on while the work stood still: once more.
      continue;
    }
    for (const keep of keeps) keep();
    const tookMs = Math.max(0.1, nowMs() - startedMs);
    length = Math.max(1, Math.floor(((end - done) * PIECE_MS) / tookMs));
    done = end;
    // The last one's context is still there.
    inTurn = inTurn.toReversed();
  }
  return done;
}
