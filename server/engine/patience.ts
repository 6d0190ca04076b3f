/** How long an engine may be silent before it counts as hung: many times what the slowest machine needs, since a wrong verdict costs more. */
const MINUTE_MS = 60_000;
/** Bytes a millisecond: of a memory card, and of a share on a bad network. */
const SLOW_DISK = 10_000;
const SLOWEST_DISK = 2_000;
const LOADS = 5;

/**
 * Of a call that was asked to stop. Before it may stop, an adapter is merged into a copy of the base, which is written and loaded, or a
 * driver compiles its kernels. `loadMs`: what loading took here.
 */
export function answerPatienceMs(modelBytes: number, loadMs: number): number {
  return MINUTE_MS + modelBytes / SLOW_DISK + LOADS * loadMs;
}

/** Of work that reads or writes so many bytes of models, and on a GPU compiles kernels, and cannot stop. */
export function loadPatienceMs(bytes: number): number {
  return 5 * MINUTE_MS + bytes / SLOWEST_DISK;
}

/** Of a training between two reports: no part of it takes longer than the whole may, except for reading and quantizing the base. */
export function trainingPatienceMs(modelBytes: number, mostSeconds: number): number {
  return 15 * MINUTE_MS + mostSeconds * 1000 + (2 * modelBytes) / SLOWEST_DISK;
}

/** e.g. `did not answer for 3 minutes and was ended`, for "The process …". */
export function hungFor(silentMs: number): string {
  const minutes = Math.max(1, Math.round(silentMs / MINUTE_MS));
  return `did not answer for ${minutes === 1 ? 'a minute' : `${minutes} minutes`} and was ended`;
}
