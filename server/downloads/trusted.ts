import tls from 'node:tls';

let known: { readonly ca: string[] } | null | undefined;

/**
 * Whose certificates count: Node brings a list of its own, and a company installs the authority of its inspecting proxy, or of its cluster,
 * in the system's, which browsers, git and the editor read. null for Node's own list, if the system adds nothing. Read once.
 */
export function trusted(): { readonly ca: string[] } | null {
  if (known === undefined) known = beyondNodes();
  return known;
}

/** @throws nothing: a store that cannot be read adds nothing, nor does a Node that has no such function. */
export function beyondNodes(authorities: typeof tls.getCACertificates = tls.getCACertificates): {
  readonly ca: string[];
} | null {
  try {
    const own = new Set(authorities('default'));
    const more = authorities('system').filter((one) => !own.has(one));
    return more.length === 0 ? null : { ca: [...own, ...more] };
  } catch {
    return null;
  }
}
