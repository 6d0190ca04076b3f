/** An address for display and logs: without any password or token in it. Pure: the editor's side uses it too. */
export function shownAddress(address: string): string {
  return (
    address
      // On the web, a token often takes the place of a name.
      .replace(/^(https?:\/\/)[^/?#]*@/i, '$1')
      .replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#@:]*):[^/?#]*@/i, '$1@')
  );
}
