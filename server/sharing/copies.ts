interface Published {
  readonly set: string;
  readonly id: string;
  readonly manifestRef: { readonly ref: { readonly space: 'refs' | 'branches' } };
  readonly manifest: { readonly adapter: { readonly sha256: string } };
}

/**
 * Each version once, with its copies. A remote that was moved to a host that refuses custom refs, or away from one, may hold the same below
 * both roots: two rows of a list would be one choice, and count twice when pruning.
 */
export function onePerVersion<Version extends Published>(
  versions: readonly Version[],
): (Version & { readonly copies: readonly Version[] })[] {
  const same = Map.groupBy(versions, ({ set, id, manifest }) => `${set}/${id} ${manifest.adapter.sha256}`);
  return [...same.values()].map((all) => {
    const one = all.find(({ manifestRef }) => manifestRef.ref.space === 'refs') ?? all[0]!;
    return { ...one, copies: all.filter((other) => other !== one) };
  });
}
