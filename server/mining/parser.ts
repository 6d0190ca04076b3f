import Parser from 'tree-sitter';
import { type LanguageName, languages } from './languages.ts';

/** A piece of syntax that pairs are made of. Offsets are UTF-16 code units of the parsed text. */
export interface Scope {
  readonly kind: 'function' | 'block' | 'statement' | 'error';
  readonly start: number;
  readonly end: number;
}

interface LoadedLanguage {
  readonly grammar: Parser.Language;
  readonly query: Parser.Query;
}

const loaded = new Map<LanguageName, Promise<LoadedLanguage>>();
const parser = new Parser();

/** Broken syntax is known by its own nodes: what touches it makes no pair. */
const errors = '\n(ERROR) @error\n(MISSING) @error';

async function load(name: LanguageName): Promise<LoadedLanguage> {
  const entry = languages[name];
  const grammar = await entry.grammar();
  return { grammar, query: new Parser.Query(grammar, entry.query + errors) };
}

export function loadLanguage(name: LanguageName): Promise<LoadedLanguage> {
  let language = loaded.get(name);
  if (!language) {
    language = load(name);
    loaded.set(name, language);
  }
  return language;
}

/** Longest time one file may take: tree-sitter's error recovery is superlinear on some broken inputs. */
const maxParseMs = 2_000;

/**
 * Parses `text` and returns what the language's query captures, ordered by start, outer before inner; null when parsing took
 * too long. Ranges caught twice keep the more telling kind.
 */
export async function scopesOf(text: string, name: LanguageName): Promise<Scope[] | null> {
  const { grammar, query } = await loadLanguage(name);
  parser.setLanguage(grammar);
  const deadline = performance.now() + maxParseMs;
  let tree: Parser.Tree | null;
  try {
    tree = parser.parse((index) => text.slice(index, index + chunkUnits), null, {
      progressCallback: () => performance.now() > deadline,
    });
  } catch {
    tree = null;
  }
  if (!tree) {
    parser.reset();
    return null;
  }
  const scopes = query.captures(tree.rootNode).map(({ name: kind, node }) => ({
    kind: kind as Scope['kind'],
    start: node.startIndex,
    end: node.endIndex,
  }));
  return scopes.sort((a, b) => a.start - b.start || b.end - a.end || rank[a.kind] - rank[b.kind]);
}

/** One callback per chunk; a string passed whole is refused above 32 k units. */
const chunkUnits = 16_384;

const rank = { error: 0, function: 1, block: 2, statement: 3 } as const satisfies Record<Scope['kind'], number>;
