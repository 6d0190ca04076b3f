import { parsedBefore } from '../parsedBefore.ts';
import { BEHIND_UNITS } from '../shape.ts';
import type { Filter } from '../suggestion.ts';

const ENDS_STATEMENT = /;\s*$/;
/** Of the document, behind the suggestion: what can hold no statement. */
const CLOSES_LIST = /^\s*[)\]]/;
/** In Java, `try (A a = b(); C c = d())`. */
const HOLDS_STATEMENTS = /\b(?:for|try)\s*\(/;
const LANGUAGES: ReadonlySet<string> = new Set([
  'c',
  'cpp',
  'csharp',
  'java',
  'javascript',
  'javascriptreact',
  'php',
  'rust',
  'typescript',
  'typescriptreact',
]);

/** Drops the semicolon of a statement that ends within brackets: `x);` in `f(g(║))`, of whose two brackets the model closed one. */
export const strayEnd: Filter = (suggestion, { cursor, closers, syntax }) => {
  const { languageId, linePrefix, before, after } = cursor;
  const { text, replaceAfter } = suggestion;
  if (!ENDS_STATEMENT.test(text) || !CLOSES_LIST.test(closers.slice(replaceAfter))) return suggestion;
  if (!LANGUAGES.has(languageId) || HOLDS_STATEMENTS.test(linePrefix)) return suggestion;
  if (syntax?.zone(parsedBefore(before), after.slice(0, BEHIND_UNITS)) !== 'code') return suggestion;
  return { ...suggestion, text: text.replace(ENDS_STATEMENT, '') };
};
