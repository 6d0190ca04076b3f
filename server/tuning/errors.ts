interface TuneErrorOptions extends ErrorOptions {
  readonly keepsRun?: boolean;
  readonly tooShort?: boolean;
  readonly isFinal?: boolean;
}

/** A tune that ended without a result. The message is for the user and says what to do. */
export class TuneError extends Error {
  /** The message refers to the run's folder, so it is kept. */
  readonly keepsRun: boolean;
  /** The tune was refused because its time is too short to help. */
  readonly tooShort: boolean;
  /** It would end the same way again: the run cannot go on from its checkpoint. */
  readonly isFinal: boolean;

  constructor(
    message: string,
    { keepsRun = false, tooShort = false, isFinal = false, ...options }: TuneErrorOptions = {},
  ) {
    super(message, options);
    this.name = 'TuneError';
    this.keepsRun = keepsRun;
    this.tooShort = tooShort;
    this.isFinal = isFinal;
  }
}
