import { RE2JS } from 're2js';

/** A pattern in RE2's syntax, matched in time linear in the text: these run on files that nobody has vetted. */
export interface LinearPattern {
  test(text: string): boolean;
  /** All matches, start and end in UTF-16 units. */
  ranges(text: string): { start: number; end: number }[];
}

/** Compiled on first use: most patterns are never needed. @throws SyntaxError then, if `source` is no pattern. */
export function linear(
  source: string,
  flags: { readonly ignoreCase?: boolean; readonly dotAll?: boolean } = {},
): LinearPattern {
  let known: RE2JS | null = null;
  const compiled = (): RE2JS => {
    known ??= RE2JS.compile(
      source,
      (flags.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (flags.dotAll ? RE2JS.DOTALL : 0),
    );
    return known;
  };
  return {
    test: (text) => compiled().test(text),
    ranges(text) {
      const found: { start: number; end: number }[] = [];
      const matcher = compiled().matcher(text);
      while (matcher.find()) found.push({ start: matcher.start(), end: matcher.end() });
      return found;
    },
  };
}
