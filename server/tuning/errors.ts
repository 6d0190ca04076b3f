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
