/**
 * Characters that rewrite a terminal, or turn the order of a line around; no honest name has them. A manifest can come out of somebody's
 * archive, a path out of anybody's repository.
 */
const OF_NAMES = '\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069';
export const CONTROLS = new RegExp(`[${OF_NAMES}]`);
const all = new RegExp(CONTROLS, 'g');
/** Texts have lines and tabs. */
const ofText = new RegExp(`(?![\\t\\n])[${OF_NAMES}]`, 'g');

/** For what is one name, one address, one sentence. */
export function withoutControls(name: string): string {
  return name.replace(all, '\ufffd');
}

/** For what is printed for a person; its lines stay. */
export function printable(text: string): string {
  return text.replace(ofText, '\ufffd');
}

/** As `JSON.parse`, with every text in it as {@link withoutControls} gives it. @throws as that does. */
export function parseWithoutControls(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? withoutControls(value) : value));
}
