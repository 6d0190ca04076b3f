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

/**
 * What has no shape of its own (Default_Ignorable_Code_Point of the Unicode Standard, what is drawn as a blank and is a letter to compilers,
 * and separators of lines that editors do not break): with these, code reads otherwise than it runs.
 */
const SHAPELESS =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f\\u2028\\u2029\\u2060-\\u206f\\u2800\\u3164' +
  '\\ufe00-\\ufe0d\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}';
/** Joiners, which scripts and pictures need, join nothing to a letter of code. */
const JOINING = '(?<=[\\x00-\\x7f])[\\u200c\\u200d]';
/** It says how a picture is drawn, or the digit of a key. */
const DRAWING = '(?<![\\p{Extended_Pictographic}\\p{Emoji_Modifier}])[\\ufe0e\\ufe0f](?!\\u20e3)';
const unseen = new RegExp(`(?![\\t\\n\\r\\f])[${OF_NAMES}${SHAPELESS}]|${JOINING}|${DRAWING}`, 'gu');

/** Characters of a text that nobody sees in an editor. */
export function unseenIn(text: string): readonly string[] {
  return text.match(unseen) ?? [];
}

/** As `JSON.parse`, with every text in it as {@link withoutControls} gives it. @throws as that does. */
export function parseWithoutControls(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? withoutControls(value) : value));
}
