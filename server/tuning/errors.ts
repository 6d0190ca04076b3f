import { messageOf } from '../messageOf.ts';
import { fileProblem } from '../storage/fileErrors.ts';

/** A tune that did not come to a result. The message is for the user and says what to do. */
export class TuneError extends Error {
  /** The message names the run's folder, which stays. */
  readonly keepsRun: boolean;

  constructor(message: string, { keepsRun = false, ...options }: ErrorOptions & { readonly keepsRun?: boolean } = {}) {
    super(message, options);
    this.name = 'TuneError';
    this.keepsRun = keepsRun;
  }
}

/** What a user is told about an error from anywhere below. */
export function messageFor(error: unknown): string {
  return fileProblem(error)?.sentence ?? messageOf(error);
}
