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

/** The engine process ended under a call. */
export class EngineDied extends Error {
  override readonly name = 'EngineDied';
}
