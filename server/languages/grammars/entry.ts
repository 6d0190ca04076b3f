import { createRequire } from 'node:module';
import type Parser from 'tree-sitter';

/**
 * One entry per language. `query` captures, by name:
 * `@function` a function's body, `@block` another body (both with their brackets, where the language has them);
 * `@statement` a node in a sequence of its kind; `@member` the same in object and enum literals;
 * `@arguments` an argument list with its brackets; `@expression` a whole value: initializer, returned value, condition;
 * `@comment` a comment. `definitions` captures as `@definition` what other files can name; the part before its `@body` (if it has one) is
 * its signature. It only runs on the top levels of the tree, so it is a separate query.
 */
export interface LanguageEntry {
  readonly extensions: readonly string[];
  /** The grammar package's language object. */
  readonly grammar: () => Parser.Language | Promise<Parser.Language>;
  readonly query: string;
  readonly definitions: string;
  /** Line comment prefix, and block comment delimiters. */
  readonly comments: { readonly line?: string; readonly block?: readonly [string, string] };
  /** Matches what a file only begins with, whatever it is about. */
  readonly opening?: RegExp;
}

export const cComments = { line: '//', block: ['/*', '*/'] } as const;

const require = createRequire(import.meta.url);

/** The language object that a grammar package exports, by itself or under a name. */
export function grammarOf(packageName: string, name?: string): Parser.Language {
  const exported = require(packageName);
  return name === undefined ? exported : exported[name];
}
