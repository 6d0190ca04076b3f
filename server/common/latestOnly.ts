/**
 * Reads changing state, where reading takes time and several reads may overlap. Only the newest result is shown; earlier callers get that
 * too. Otherwise an older read that ends later would leave a stale picture.
 */
export function latestOnly<Seen, Shown>(look: () => Promise<Seen>, show: (seen: Seen) => Shown): () => Promise<Shown> {
  let begun = 0;
  let latest: Promise<Shown>;
  const run = async (mine: number): Promise<Shown> => {
    const seen = await look();
    return mine === begun ? show(seen) : latest;
  };
  return () => {
    begun += 1;
    latest = run(begun);
    return latest;
  };
}
