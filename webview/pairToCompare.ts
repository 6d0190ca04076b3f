/** Which two of a list to preselect for a comparison: the current choice, as long as both exist and differ. Pure. */
export function pairToCompare(
  ids: readonly string[],
  first: string,
  second: string,
): [string | undefined, string | undefined] {
  const one = ids.includes(first) ? first : ids[0];
  const other = ids.includes(second) && second !== one ? second : ids.find((id) => id !== one);
  return [one, other];
}
