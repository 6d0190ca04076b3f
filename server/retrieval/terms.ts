/** Words of code that carry meaning for retrieval: identifiers, and the parts of compound ones. Lower case. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of text.matchAll(/[A-Za-z_$][\w$]{2,60}/g)) {
    terms.push(word.toLowerCase());
    const parts = word.split(/_|(?<=[a-z0-9])(?=[A-Z])/);
    if (parts.length > 1) for (const part of parts) if (part.length > 2) terms.push(part.toLowerCase());
  }
  return terms;
}
