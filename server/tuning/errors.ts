import { fileProblem } from '../storage/fileErrors.ts';

/** A tune that did not come to a result. The message is for the user and says what to do. */
export class TuneError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TuneError';
  }
}

/** What a user is told about an error from anywhere below. */
export function messageFor(error: unknown): string {
  return fileProblem(error)?.sentence ?? (error instanceof Error ? error.message : String(error));
}
