/** null for a text that is no JSON: whoever reads it checks what it holds in any case. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
