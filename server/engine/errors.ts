/** A failure of the model or its files; the message is a sentence for the user. The process goes on. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** The engine process ended under a call. */
export class EngineDied extends Error {
  override readonly name = 'EngineDied';
}
