import type { ErrorCode } from './errorCodes.ts';

/** A failure of the engine. The message is a sentence for the user; code goes by `code`. */
export class EngineError extends Error {
  override readonly name: string = 'EngineError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A loss or a gradient is no longer a number. */
export class Diverged extends EngineError {
  override readonly name = 'Diverged';
  /** Which one, worded for use in a sentence: "the loss is NaN". */
  readonly what: string;

  constructor(what: string, message = what, options?: ErrorOptions) {
    super('diverged', message, options);
    this.what = what;
  }
}
