/**
 * Characters that rewrite a terminal, begin a line of their own, or reverse the direction of one; no legitimate name has them. A manifest
 * may come from somebody else's archive, a path from anybody's repository.
 */
const OF_NAMES = '\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069';
export const CONTROLS = new RegExp(`[${OF_NAMES}]`);
const all = new RegExp(CONTROLS, 'g');
/** Texts also have lines and tabs. */
const ofText = new RegExp(`(?![\\t\\n])[${OF_NAMES}]`, 'g');

/** For a single name, address or sentence. */
export function withoutControls(name: string): string {
  return name.replace(all, '\ufffd');
}

/** For output to a person; keeps lines. */
export function printable(text: string): string {
  return text.replace(ofText, '\ufffd');
}

/**
 * Characters without a visible shape (Default_Ignorable_Code_Point of the Unicode Standard, those drawn as a blank that compilers treat as
 * letters, and line separators at which editors do not break): with these, code does not run as it reads.
 */
const SHAPELESS =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f\\u2028\\u2029\\u2060-\\u206f\\u2800\\u3164' +
  '\\ufe00-\\ufe0d\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}';
/** Joiners, needed by scripts and emoji, have no effect after an ASCII character. */
const JOINING = '(?<=[\\x00-\\x7f])[\\u200c\\u200d]';
/** Variation selectors, which choose the presentation of an emoji or a keycap digit. */
const DRAWING = '(?<![\\p{Extended_Pictographic}\\p{Emoji_Modifier}])[\\ufe0e\\ufe0f](?!\\u20e3)';
const unseen = new RegExp(`(?![\\t\\n\\r\\f])[${OF_NAMES}${SHAPELESS}]|${JOINING}|${DRAWING}`, 'gu');

/** Characters of a text that are invisible in an editor. */
export function unseenIn(text: string): readonly string[] {
  return text.match(unseen) ?? [];
}

/** As `JSON.parse`, with {@link withoutControls} applied to every string. @throws as that does. */
export function parseWithoutControls(json: string): unknown {
  return JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? withoutControls(value) : value));
}
