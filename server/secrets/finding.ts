/** Position of a secret, UTF-16 units, and which rule found it (never the secret itself). */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

/** A possible value of a name, and its relation to it. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /**
   * `direct`: only an operator, a type or a wrapping call in between; `argument`: in the call's brackets; `near`: some words in between.
   */
  readonly relation: 'direct' | 'argument' | 'near';
  /** Unquoted, where no name of a variable can be: `NAME=value` of a shell, or in a string. */
  readonly isOfShell?: boolean;
  /** Unquoted, in a place where values are not quoted: `NAME=value`, `--password value`, in a string or a line of configuration. */
  readonly assigned: boolean;
}
