/**
 * What an error of the engine is: carried from the addon through the engine process to whoever asked, so that behaviour never goes by
 * a sentence, which is for people alone.
 */

/** The addon's error codes, in the order of ErrorCode in native/common/errors.h. */
export const NATIVE_ERROR_CODES = [
  /** The caller ended it: not a failure. */
  'cancelled',
  /** What was asked has been closed or disposed of. */
  'closed',
  /** The call itself makes no sense: malformed rows, an unknown option, a token outside the vocabulary. */
  'invalid-argument',
  /** There is no such file, or it cannot be read. */
  'file-unreadable',
  /** The file is of another kind than wanted: not GGUF, an adapter in the place of a model, no checkpoint. */
  'wrong-kind',
  /** Cut short, or its header contradicts itself. */
  'file-damaged',
  /** A full disk or a folder that cannot be written to. */
  'write-failed',
  /** The library refused a model or an adapter that looked right, mostly for want of memory. */
  'load-failed',
  /** The architecture, or a type of its weights, cannot complete or be trained. */
  'model-unsupported',
  /** The adapter was made for another base or rank. */
  'adapter-mismatch',
  /** The checkpoint is of a run under other settings. */
  'checkpoint-mismatch',
  /** More tokens than the context, or a row of training, takes: fewer will do. */
  'too-long',
  'out-of-memory',
  /** Training does not fit the memory it may take; the sentence names what would. */
  'over-budget',
  /** The device that was named is not there. */
  'device-missing',
  /** The GPU failed or has no room: the CPU can do the same work, best in a fresh process. */
  'device-failed',
  /** A loss or a gradient is no longer a number. */
  'diverged',
  /** The libraries that belong to the addon are not where they should be. */
  'broken-installation',
  /** None of these. */
  'internal',
] as const;

export type NativeErrorCode = (typeof NATIVE_ERROR_CODES)[number];

export const ERROR_CODES = [
  ...NATIVE_ERROR_CODES,
  /** No model is loaded. */
  'not-loaded',
  /** It does something else already. */
  'busy',
  /** The engine process ended under a call, or ended too often to be started again. */
  'process-died',
  /** In its time a training would learn too little to help. */
  'too-short',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const known: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** The code of an error, or of what caused it; `internal` where nothing says one. */
export function codeOf(error: unknown): ErrorCode {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && known.has(cause.code)) return cause.code as ErrorCode;
  return 'internal';
}
