/** What a person should know of who published an adapter before taking it; '' for one that is known. Completes a list of facts. */
export function authorNote({
  newAuthor,
  otherKey,
}: {
  readonly newAuthor: boolean;
  readonly otherKey: boolean;
}): string {
  if (otherKey) return 'not signed with the key of earlier ones from this author';
  return newAuthor ? 'the first from this author' : '';
}
