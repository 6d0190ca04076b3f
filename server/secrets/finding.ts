/** Where a secret stands, UTF-16 units, and which rule says so (never the secret itself). */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

/** What could be the value of a name, and how it stands to it. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** `direct`: only an operator, a type or a wrapping call between; `argument`: in the call's brackets; `near`: some words between. */
  readonly relation: 'direct' | 'argument' | 'near';
  /** Not quoted, and where nothing would be: `NAME=value`, `--password value`, in a string or a line of configuration. */
  readonly assigned: boolean;
}
