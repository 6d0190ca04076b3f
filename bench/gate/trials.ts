/** Which adapters are put before the gate, and beside which. Pure. */

/** An adapter, and what was done to it. */
export interface Spoiled {
  readonly name: string;
  readonly path: string;
  readonly scale: number;
  /** Whether it is worse than the base too, and not merely than an honest adapter. */
  readonly worseThanBase: boolean;
}

export interface Trial extends Spoiled {
  /** The path of the adapter that serves; null: none, as before a repository's first version. */
  readonly rival: string | null;
}

/**
 * Everyone's first version is judged without a rival, so that a gate that lets anything in there must show too. Another repository's adapter
 * may be better than the base: only an honest one must keep it out.
 */
export function trialsOf(spoiled: readonly Spoiled[], honest: string): Trial[] {
  return spoiled.flatMap((one) => [...(one.worseThanBase ? [{ ...one, rival: null }] : []), { ...one, rival: honest }]);
}
