/** Which two of a list to offer for a comparison: what is chosen already, as long as it is there and not the same twice. Pure. */
export function pairToCompare(
  ids: readonly string[],
  first: string,
  second: string,
): [string | undefined, string | undefined] {
  const one = ids.includes(first) ? first : ids[0];
  const other = ids.includes(second) && second !== one ? second : ids.find((id) => id !== one);
  return [one, other];
}
