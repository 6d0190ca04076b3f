/**
 * Regular expressions as literals, found without a grammar: a slash begins one where no value stands before it that it could divide.
 */

/** To its end: a slash in brackets is one of the characters. */
const TO_END = String.raw`(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*`;
/** Not `<` and `>`, for closing tags, nor `*`, `}` and `)`, behind which a slash mostly ends a comment or divides. */
const NO_VALUE = String.raw`[(,:[!&|?{;]|=>?|[=!]~|\b(?:return|typeof|case|in|of|else|yield|await|throw|if|unless|when|and|or|not)`;
/** At a line's start, one before a blank goes on with the line above. */
const SCRIPT = String.raw`(?:(?<=(?:${NO_VALUE})[ \t]*)\/(?![*/])|(?<=(?:^|\n)[ \t]*)\/(?![*/ ]))${TO_END}`;
/** A method's argument needs no bracket. */
const RUBY = String.raw`(?<=[A-Za-z_?!] +)\/(?![*/= ])${TO_END}|%r\{(?:\\.|\{[^}\n]*\}|[^{}\\\n])*\}[a-z]*|${SCRIPT}`;

const BY_LANGUAGE: ReadonlyMap<string, string> = new Map([
  ['astro', SCRIPT],
  ['coffeescript', SCRIPT],
  ['groovy', SCRIPT],
  ['javascript', SCRIPT],
  ['javascriptreact', SCRIPT],
  ['perl', SCRIPT],
  ['ruby', RUBY],
  ['svelte', SCRIPT],
  ['typescript', SCRIPT],
  ['typescriptreact', SCRIPT],
  ['vue', SCRIPT],
]);

/** Source of a pattern that matches one; null for a language without. */
export function regularExpressionIn(languageId: string): string | null {
  return BY_LANGUAGE.get(languageId) ?? null;
}

const STANDING_BEFORE = /(?:\w+[?!]?|=>|[=!]~|\S)?[ \t]*$/;
const BEGINS_LITERAL = /["'`/]/;

/** The end of `line`, as far as it decides whether a slash behind it divides. */
export function standingBefore(line: string): string {
  return STANDING_BEFORE.exec(line)![0].replace(BEGINS_LITERAL, 'x');
}
