/** Tree-sitter's information about the cursor's place. Text comes in windows of a few thousand characters, so a key costs milliseconds. */
import Parser from 'tree-sitter';
import { type LanguageName, languages } from './grammars/index.ts';
import { type MemberRules, MembersIn, memberRulesOf } from './members/index.ts';
import { type CompiledRules, NamesIn, nameRulesOf } from './names/index.ts';
import { ProcessorLimit } from './processorLimit.ts';

export type Zone = 'code' | 'comment' | 'string';

/** State at the start of a line of generated text. */
export interface LineStart {
  /** Bracket depth relative to the cursor. */
  readonly depth: number;
  /** Inside a string or comment that spans lines. */
  readonly inText: boolean;
  /** Where the depth first falls below the cursor's, from the line's start on; -1 if it does not in this line. */
  readonly closedAt: number;
}

const LANGUAGE_OF_ID: ReadonlyMap<string, LanguageName> = new Map([
  ['typescriptreact', 'tsx'],
  ['javascriptreact', 'javascript'],
  ...(Object.keys(languages) as LanguageName[]).map((name) => [name, name] as const),
]);

const CHUNK_UNITS = 16_384;
/** By the clock, 13 of 300 suggestions ended elsewhere beside a load of 14 on two cores, where only some of a place's parses were given up. */
const limit = new ProcessorLimit(40);
const COMMENT = /comment/;
/** Not every `template`: in C++ that is code. */
const STRING = /string|template_literal|char_literal|character_literal|heredoc|regex/;
/** `template_type` is the content of the braces in a template string type. */
const INTERPOLATION = /substitution|interpolation|embedded|template_type/;

/** The binding never releases its callbacks (see `parser.ts`), nor the texts that closures would hold. */
let input = '';
const readInput = (index: number): string => input.slice(index, index + CHUNK_UNITS);
const isLate = (): boolean => limit.isOver;

/** A next edit looks at the file now, before its last change, and with the edit. */
const MOST_TREES = 4;

const loading = new Map<LanguageName, Promise<SyntaxReader | null>>();

/** null for languages without a grammar. */
export async function syntaxFor(languageId: string): Promise<SyntaxReader | null> {
  const name = LANGUAGE_OF_ID.get(languageId);
  if (name === undefined) return null;
  let reader = loading.get(name);
  if (reader === undefined) {
    reader = Promise.resolve(languages[name].grammar()).then(
      (grammar) => new SyntaxReader(grammar, nameRulesOf(name), memberRulesOf(name)),
      () => null,
    );
    loading.set(name, reader);
  }
  return await reader;
}

export class SyntaxReader {
  readonly #parser = new Parser();
  readonly #rules: CompiledRules | null;
  readonly #memberRules: MemberRules | null;
  /** Of this turn: several rules and filters look at the same text. null: it took too long. */
  readonly #trees = new Map<string, Parser.Tree | null>();

  constructor(grammar: Parser.Language, rules: CompiledRules | null, memberRules: MemberRules | null) {
    this.#parser.setLanguage(grammar);
    this.#rules = rules;
    this.#memberRules = memberRules;
  }

  /** Whether the language's names are resolved by scopes. */
  get resolvesNames(): boolean {
    return this.#rules !== null;
  }

  /** null if the language's names are not resolved by scopes, or parsing took too long. */
  names(text: string): NamesIn | null {
    const tree = this.#rules === null ? null : this.#parse(text);
    return tree === null || this.#rules === null ? null : new NamesIn(text, tree.rootNode, this.#rules);
  }

  /** null if the members of the language's types are not looked at, or parsing took too long. */
  members(text: string): MembersIn | null {
    const [names, members] = [this.#rules, this.#memberRules];
    const tree = names === null || members === null ? null : this.#parse(text);
    if (tree === null || names === null || members === null) return null;
    return new MembersIn(text, tree.rootNode, new NamesIn(text, tree.rootNode, names), members);
  }

  /** Whether a word can be a name; null if unknown. */
  mayName(word: string): boolean | null {
    const reserved = this.#rules?.reserved ?? null;
    return reserved === null ? null : !reserved.has(word);
  }

  /** The kind of syntax that text between `before` and `after` would belong to. */
  zone(before: string, after: string): Zone {
    const root = this.#parse(before + after)?.rootNode;
    if (root === undefined || before === '') return 'code';
    const at = before.length;
    for (let node: Parser.SyntaxNode | null = root.descendantForIndex(at - 1, at - 1); node; node = node.parent) {
      if (INTERPOLATION.test(node.type)) return 'code';
      const text = COMMENT.test(node.type) ? 'comment' : STRING.test(node.type) ? 'string' : null;
      if (text !== null && (node.endIndex > at || isOpenEnded(node, text, before))) return text;
    }
    return 'code';
  }

  /** One entry per line of `text`; null if parsing took too long. */
  lineStarts(before: string, text: string): LineStart[] | null {
    const tree = this.#parse(before + text);
    if (tree === null) return null;
    const starts: number[] = [before.length];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(before.length + at + 1);
    const states: { depth: number; inText: boolean; closedAt: number }[] = [];
    let depth = 0;
    let next = 0;
    let closedAt = -1;
    const enter = (upTo: number, inText: boolean): void => {
      for (; next < starts.length && starts[next]! <= upTo; next++) states.push({ depth, inText, closedAt: -1 });
    };
    for (const leaf of leavesFrom(tree, before.length)) {
      enter(leaf.startIndex, false);
      if (leaf.startIndex >= before.length && !leaf.isMissing) {
        if (OPENING.has(leaf.type)) depth++;
        else if (CLOSING.has(leaf.type) && --depth < 0 && closedAt < 0) {
          closedAt = leaf.endIndex - before.length;
          states.at(-1)!.closedAt = closedAt;
        }
      }
      // A line starting at a string's end starts with its closing quote; some comments end with their line break.
      enter(leaf.endIndex - 1, isText(leaf));
      enter(leaf.endIndex, isText(leaf) && !COMMENT.test(leaf.type));
    }
    enter(Number.POSITIVE_INFINITY, false);
    return states;
  }

  /** Whether `text` has a syntax error (for measuring, not for deciding). */
  hasError(text: string): boolean {
    return this.#parse(text)?.rootNode.hasError ?? true;
  }

  #parse(text: string): Parser.Tree | null {
    const known = this.#trees.get(text);
    if (known !== undefined) return known;
    const tree = this.#parsed(text);
    // A tree takes several times the memory of its text.
    if (this.#trees.size === 0) setImmediate(() => this.#trees.clear());
    const [oldest] = this.#trees.keys();
    if (oldest !== undefined && this.#trees.size >= MOST_TREES) this.#trees.delete(oldest);
    this.#trees.set(text, tree);
    return tree;
  }

  #parsed(text: string): Parser.Tree | null {
    input = text;
    limit.start();
    let tree: Parser.Tree | null;
    try {
      tree = this.#parser.parse(readInput, null, { progressCallback: isLate });
    } catch {
      tree = null;
    }
    input = '';
    // Otherwise the next text would be parsed as the rest of this one.
    if (tree === null) this.#parser.reset();
    return tree;
  }
}

/** Including those of PHP's attributes and Ruby's word lists, which close like others. */
const OPENING: ReadonlySet<string> = new Set(['(', '[', '{', '${', '#{', '#[', '%w(', '%i(']);
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);

function isText({ type }: Parser.SyntaxNode): boolean {
  return COMMENT.test(type) || STRING.test(type) || type === 'escape_sequence';
}

/** A line comment ends with its line, so a cursor at its end is still inside; likewise in an unclosed string. */
function isOpenEnded(node: Parser.SyntaxNode, kind: 'comment' | 'string', before: string): boolean {
  const text = before.slice(node.startIndex, node.endIndex);
  if (kind === 'comment') return !text.startsWith('/*') && !text.includes('\n');
  const quote = /["'`]/.exec(text)?.[0];
  return quote !== undefined && text.split(quote).length % 2 === 0;
}

/** Leaves that end after `offset`, in order. */
function* leavesFrom(tree: Parser.Tree, offset: number): Generator<Parser.SyntaxNode> {
  const cursor = tree.walk();
  for (;;) {
    const skip = cursor.endIndex <= offset;
    if (!skip && cursor.gotoFirstChild()) continue;
    if (!skip) yield cursor.currentNode;
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) return;
    }
  }
}
