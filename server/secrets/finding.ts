/** Where a secret stands, UTF-16 units, and which rule says so (never the secret itself). */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}
