/** An address as it is shown and logged: without the password or token that may stand in it. Pure: the editor's side says it too. */
export function shownAddress(address: string): string {
  return (
    address
      // On the web a token often stands alone where a name would.
      .replace(/^(https?:\/\/)[^/?#]*@/i, '$1')
      .replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#@:]*):[^/?#]*@/i, '$1@')
  );
}
