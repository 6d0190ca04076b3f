/**
 * Looks at something that changes, where a look takes its time and several may be under way. Only what the newest saw is shown; who
 * asked earlier is answered with that too. Without it an older look that ends later would leave a stale picture standing.
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
