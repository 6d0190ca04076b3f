import Parser from 'tree-sitter';
import { type LanguageName, languages } from './grammars/index.ts';
import { ProcessorLimit } from './processorLimit.ts';

export type ScopeKind =
  | 'error'
  | 'function'
  | 'block'
  | 'statement'
  | 'member'
  | 'arguments'
  | 'expression'
  | 'comment';

/** A piece of syntax that pairs are made of. Offsets are UTF-16 units of the parsed text. */
export interface Scope {
  readonly kind: ScopeKind;
  readonly start: number;
  readonly end: number;
}

/** Rows [from, to) of a text. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

export interface Syntax {
  /** What the language's query captures in these rows, ordered by start, outer before inner; null if that took too long. */
  scopes(rows: readonly RowRange[]): Scope[] | null;
  /** Signatures of what other files can name. */
  definitions(): { readonly start: number; readonly end: number }[];
}

interface LoadedLanguage {
  readonly grammar: Parser.Language;
  readonly query: Parser.Query;
  readonly definitions: Parser.Query;
}

const loaded = new Map<LanguageName, Promise<LoadedLanguage>>();
const parser = new Parser();

/** Error nodes mark broken syntax: what touches them makes no pair. */
const errors = '\n(ERROR) @error\n(MISSING) @error';

async function load(name: LanguageName): Promise<LoadedLanguage> {
  const entry = languages[name];
  const grammar = await entry.grammar();
  return {
    grammar,
    query: new Parser.Query(grammar, entry.query + errors),
    definitions: new Parser.Query(grammar, entry.definitions),
  };
}

export function loadLanguage(name: LanguageName): Promise<LoadedLanguage> {
  let language = loaded.get(name);
  if (!language) {
    language = load(name);
    loaded.set(name, language);
  }
  return language;
}

/** By the clock, 9 of 350 sound files of libuv were left out beside a load of 15 on two cores. */
const limit = new ProcessorLimit(2_000);

/**
 * Each query passes the nodes before its rows, again for each of them: ten thousand lines of Ruby's `begin`, one broken node, cost half a
 * second for every sixty lines.
 */
const queries = new ProcessorLimit(2_000);

/** One callback per chunk; a string passed whole is refused above 32 k units. */
const chunkUnits = 16_384;

/**
 * The binding (0.25.1) never releases its callbacks: as closures they would keep every tree alive, 1.4 MB a file. So there is one of each,
 * and what they read is here.
 */
let input = '';
const readInput = (index: number): string => input.slice(index, index + chunkUnits);
const isLate = (): boolean => limit.isOver;

/**
 * Namespace > class > method, and the nodes between: deeper definitions are local. Without this bound the query walks the whole tree, which
 * takes 40 % of the parsing time.
 */
const definitionDepth = 7;

/**
 * Nothing deeper becomes a pair. Each query walks down to its rows, and counts the nodes above: without this bound, 16 kB of nested braces
 * took ten seconds, and 100 kB hours.
 */
const scopeDepth = 300;

/**
 * Where nothing is recognized of a text as a whole, the root is one error that holds all its pieces, and each step of a query passes them
 * all: 190,000 characters of open brackets in lines took a single call 65 seconds, in which no limit is asked. Of this many it takes a tenth.
 */
const mostPieces = 4_000;

/** Parses `text`; null if that took too long, or would take its queries too long. The result is valid until the next call. */
export async function parse(text: string, name: LanguageName): Promise<Syntax | null> {
  const { grammar, query, definitions } = await loadLanguage(name);
  parser.setLanguage(grammar);
  input = text;
  limit.start();
  let tree: Parser.Tree | null;
  try {
    tree = parser.parse(readInput, null, { progressCallback: isLate });
  } catch {
    tree = null;
  }
  input = '';
  if (!tree) {
    parser.reset();
    return null;
  }
  const { rootNode } = tree;
  if (rootNode.isError && rootNode.childCount > mostPieces) return null;
  return {
    scopes(rows) {
      const found: Scope[] = [];
      queries.start();
      for (const { from, to } of rows) {
        if (queries.isOver) return null;
        const captures = query.captures(rootNode, {
          startPosition: { row: from, column: 0 },
          endPosition: { row: to, column: 0 },
          maxStartDepth: scopeDepth,
        });
        for (const { name: kind, node } of captures)
          found.push({ kind: kind as ScopeKind, start: node.startIndex, end: node.endIndex });
      }
      return unique(found.sort((a, b) => a.start - b.start || b.end - a.end || rank[a.kind] - rank[b.kind]));
    },
    definitions() {
      return definitions.matches(rootNode, { maxStartDepth: definitionDepth }).flatMap(({ captures }) => {
        const whole = captures.find((capture) => capture.name === 'definition')?.node;
        const body = captures.find((capture) => capture.name === 'body')?.node;
        return whole ? [{ start: whole.startIndex, end: body?.startIndex ?? whole.endIndex }] : [];
      });
    },
  };
}

/** Scopes that span several windows are captured in each. */
function unique(scopes: readonly Scope[]): Scope[] {
  return scopes.filter((scope, i) => {
    const before = scopes[i - 1];
    return !before || before.start !== scope.start || before.end !== scope.end || before.kind !== scope.kind;
  });
}

const rank = {
  error: 0,
  function: 1,
  block: 2,
  comment: 3,
  statement: 4,
  member: 5,
  arguments: 6,
  expression: 7,
} as const satisfies Record<ScopeKind, number>;
