/** A failure of the model or its files; the message is a sentence for the user. The process goes on. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** The GPU failed or has no room: the addon marks such errors, and whoever wraps one keeps it as the cause. */
export function isDeviceFailure(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ((cause as NodeJS.ErrnoException).code === 'ERR_DEVICE') return true;
  return false;
}

/** A loss or a gradient is no longer a number. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
  /** Which, in words that go into a sentence: "the loss is NaN". */
  readonly what: string;

  constructor(what: string, message = what, options?: ErrorOptions) {
    super(message, options);
    this.what = what;
  }
}

/** The engine process ended under a call. */
export class EngineDied extends Error {
  override readonly name = 'EngineDied';
}
