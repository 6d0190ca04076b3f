/**
 * The kind of an engine error, carried from the addon through the engine process to the caller, so that behaviour never depends on the
 * message, which is for people alone.
 */

/** The addon's error codes, in the order of ErrorCode in native/common/errors.h. */
export const NATIVE_ERROR_CODES = [
  /** The caller cancelled it: not a failure. */
  'cancelled',
  /** The object has been closed or disposed. */
  'closed',
  /** The call itself makes no sense: malformed rows, an unknown option, a token outside the vocabulary. */
  'invalid-argument',
  /** There is no such file, or it cannot be read. */
  'file-unreadable',
  /** The wrong kind of file: not GGUF, an adapter instead of a model, no checkpoint. */
  'wrong-kind',
  /** Cut short, or its header contradicts itself. */
  'file-damaged',
  /** A full disk or a folder that cannot be written to. */
  'write-failed',
  /** The library refused a model or an adapter that looked right, mostly for lack of memory. */
  'load-failed',
  /** The architecture, or a type of its weights, supports no completion or no training. */
  'model-unsupported',
  /** The adapter was made for another base or rank. */
  'adapter-mismatch',
  /** The checkpoint belongs to a run with other settings. */
  'checkpoint-mismatch',
  /** More tokens than the context, or a training row, holds: fewer will fit. */
  'too-long',
  'out-of-memory',
  /** Training does not fit its memory budget; the message names what would. */
  'over-budget',
  /** The named device does not exist. */
  'device-missing',
  /** The GPU failed or has no room: the CPU can do the same work, best in a fresh process. */
  'device-failed',
  /** A loss or a gradient is no longer a number. */
  'diverged',
  /** The addon's libraries are missing. */
  'broken-installation',
  /** None of these. */
  'internal',
] as const;

export type NativeErrorCode = (typeof NATIVE_ERROR_CODES)[number];

export const ERROR_CODES = [
  ...NATIVE_ERROR_CODES,
  /** No model is loaded. */
  'not-loaded',
  /** It is already doing something else. */
  'busy',
  /** The engine process ended during a call, or too often to be restarted. */
  'process-died',
  /** In the time given, training would learn too little to help. */
  'too-short',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const known: ReadonlySet<unknown> = new Set(ERROR_CODES);

/** The code of an error or of its cause; `internal` if neither has one. */
export function codeOf(error: unknown): ErrorCode {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && known.has(cause.code)) return cause.code as ErrorCode;
  return 'internal';
}
