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

/** What has no shape of its own: with these, code reads otherwise than it runs. Joiners, which scripts and pictures need, are none of them. */
const unseen = new RegExp(
  `(?![\\t\\n\\r\\f])[${OF_NAMES}\\u061c\\u200b\\u200e\\u200f\\u2060-\\u2064\\ufeff\\u{e0000}-\\u{e007f}]`,
  'gu',
);

/** Characters of a text that nobody sees in an editor. */
export function unseenIn(text: string): readonly string[] {
  return text.match(unseen) ?? [];
}

/** As `JSON.parse`, with every text in it as {@link withoutControls} gives it. @throws as that does. */
export function parseWithoutControls(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? withoutControls(value) : value));
}
