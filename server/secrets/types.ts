/** Syntax between a name and its value: the type of the one, a cast of the other. */

const bracket = String.raw`\[[^[\]\n"'\x60=(){}]{0,40}\]|<[^<>\n"'\x60=(){}]{0,40}>`;
/** `: &'static [u8]`, `: Optional[str]`, `: string | null`; ` []byte`; `[16]`. */
const annotation = new RegExp(
  String.raw`^(?:\s?:(?:[\w.&*| ]|\?(?!\w)|::|'[a-z]{1,12} |${bracket}){1,60}|\s?(?:\[\w{0,24}\]){1,3}\w{0,16}\s?)(?=:?=(?![=>~]))`,
);

/** Place of the `=` after the type of the name that ends at `at`; `at` itself if there is no type. */
export function behindType(text: string, at: number): number {
  return at + (annotation.exec(text.slice(at, at + 120))?.[0].length ?? 0);
}

/** `(uint8_t *)"…"`: characters of a cast that opens at `at`, 0 for none. */
export function castLength(text: string, at: number): number {
  return /^\(\w{1,24}(?:\s\w{1,24}){0,2}\s?\*{0,2}\)\s?(?=[LuU]?8?["'])/.exec(text.slice(at, at + 90))?.[0].length ?? 0;
}

/** `useState<string>(`: characters between a call's name and its bracket, 0 for none or no call. */
export function genericsLength(text: string, at: number): number {
  if (text[at] !== '<') return 0;
  return /^<[\w\s.,|&?:[\]]{0,40}>(?=\()/.exec(text.slice(at, at + 44))?.[0].length ?? 0;
}
