/**
 * The names in a text from its syntax tree: where each occurs, and which declaration it refers to. Only the places where its letters occur
 * are examined, so a query costs one parse, whatever the text's length.
 */
import type Parser from 'tree-sitter';
import { isDeepAt } from '../treeDepth.ts';
import { type CompiledRules, is, moduleAround } from './compiled.ts';
import { isAbout, isDocumentation } from './documentation.ts';
import type { Binding, NameUse, Scope } from './nameUse.ts';
import { givesArgument, isMemberInTokens, isPathInTokens, isShorthandInTokens } from './tokens.ts';

type Node = Parser.SyntaxNode;

/** With more uses, a name takes longer than a typing pause: of `r` in a file of Go's handlers, only those in one function are looked at. */
const MOST_USES = 400;

/** Between a method's name and its bracket. */
const MOST_BLANKS = 80;

/** Scopes in which a name refers to one around them: by a statement, or because a function captures it. */
interface OfOuter {
  readonly declared: Set<Scope>;
  readonly taken: Set<Scope>;
}

/** By the declaring node where names shadow each other in one scope, otherwise by the scope. */
interface Bindings {
  readonly values: Map<number | Scope, Binding>;
  readonly others: Map<number | Scope, Binding>;
}

interface Found {
  readonly start: number;
  readonly node: Node;
  readonly kind: NameUse['kind'];
  readonly scopes: readonly Scope[];
  /** null if it declares nothing. `by`: the declaring node. */
  readonly declared: {
    readonly scope: Scope;
    readonly from: number;
    readonly by: number;
    readonly ofValue: boolean;
  } | null;
}

export class NamesIn {
  readonly #text: string;
  readonly #root: Node;
  readonly #rules: CompiledRules;
  readonly #scopes = new Map<number, Scope>();
  readonly #walls = new Set<Scope>();
  readonly #ofMembers = new Set<Scope>();
  readonly #uses = new Map<string, readonly NameUse[] | null>();

  constructor(text: string, root: Node, rules: CompiledRules) {
    this.#text = text;
    this.#root = root;
    this.#rules = rules;
  }

  /** Scope of the whole text. */
  get file(): Scope {
    return this.#scope(this.#root);
  }

  /** Whether it has syntax errors, around which nothing is certain. */
  get isBroken(): boolean {
    return this.#root.hasError;
  }

  /** What the language sees of other files without an import. */
  get unimported(): 'nothing' | 'folder' | 'all' {
    if (this.#rules.importsAll) return 'nothing';
    return this.#rules.seesItsFolder ? 'folder' : 'all';
  }

  /** Whether members may stand without a dot, as in Java: an undeclared name may be one. */
  get hasBareMembers(): boolean {
    return this.#rules.bareMembers;
  }

  /** Whether a name is a method's there, of which a field of that name is told apart. */
  isMethodApart(start: number, end: number): boolean {
    if (!this.#rules.methodsApart) return false;
    const before = this.#text.slice(Math.max(0, start - MOST_BLANKS), start);
    return /(?:::|\bfn)\s*$/.test(before) || /^\s*(?:\(|::<)/.test(this.#text.slice(end, end + MOST_BLANKS));
  }

  isComment(offset: number): boolean {
    return /comment/.test(this.#root.descendantForIndex(offset, offset + 1).type);
  }

  isDocumentation(offset: number): boolean {
    return isDocumentation(this.#root.descendantForIndex(offset, offset + 1));
  }

  /** Whether documentation at an offset may be about what stands at another. */
  isAbout(offset: number, of: number): boolean {
    return isAbout(this.#root, this.#text, offset, of);
  }

  /** Whether it is a field at its declaration in a class of JavaScript or TypeScript. */
  isFieldOfClass(offset: number): boolean {
    return /^(?:public_)?field_definition$/.test(this.#root.descendantForIndex(offset, offset + 1).parent?.type ?? '');
  }

  /** Whether it is a key of a literal there. */
  isKey(offset: number): boolean {
    const { parent, startIndex } = this.#root.descendantForIndex(offset, offset + 1);
    return parent?.type === 'pair' && parent.startIndex === startIndex;
  }

  /**
   * In order; null if it occurs too often, or too deep. `renamed`: what some of its places are called already, `nonlocal` and `use` among
   * them: the other uses there still refer to the scope around. `near`: where something is declared whose uses alone matter, by whatever
   * name: if there are too many, those in a scope around that hold all of them.
   */
  uses(
    name: string,
    { renamed = null, near = null }: { readonly renamed?: string | null; readonly near?: number | null } = {},
  ): readonly NameUse[] | null {
    const key = `${name}\0${renamed ?? ''}\0${near ?? ''}`;
    let uses = this.#uses.get(key);
    if (uses === undefined) {
      uses = this.#find(name, renamed, near);
      this.#uses.set(key, uses);
    }
    return uses;
  }

  /** The widest scope around that has few enough places of a name; null if none has. */
  #spanFor(name: string, near: number | null): Scope | null {
    const isFew = (span: Scope): boolean => {
      let places = 0;
      for (const _ of wordsIn(this.#text, name, span)) if (++places > MOST_USES) return false;
      return true;
    };
    if (isFew(this.file)) return this.file;
    if (near === null || isDeepAt(this.#root, near)) return null;
    const around = this.#scopesAround(this.#root.descendantForIndex(near, near + 1));
    return around.findLast((scope) => isFew(scope)) ?? null;
  }

  /** null if one of them is too deep. `ofOuter`: is added to. */
  #placesOf(name: string, ofOuter: OfOuter, span: Scope): Found[] | null {
    const found: Found[] = [];
    for (const at of wordsIn(this.#text, name, span)) {
      if (isDeepAt(this.#root, at)) return null;
      const node = this.#root.descendantForIndex(at, at + name.length);
      const isName = node.startIndex === at && node.endIndex === at + name.length && this.#rules.names.has(node.type);
      const use = isName ? this.#classify(node, name, ofOuter) : this.#formatted(node, at, name.length);
      if (use !== null) found.push(use);
    }
    return found;
  }

  #find(name: string, renamed: string | null, near: number | null): NameUse[] | null {
    const ofOuter: OfOuter = { declared: new Set(), taken: new Set() };
    const span = this.#spanFor(name, near);
    const spanOfRenamed = renamed === null ? span : this.#spanFor(renamed, near);
    if (span === null || spanOfRenamed === null) return null;
    const found = this.#placesOf(name, ofOuter, span);
    if (found === null || (renamed !== null && this.#placesOf(renamed, ofOuter, spanOfRenamed) === null)) return null;
    const own = found.find(({ start }) => start === near)?.declared?.scope;
    if (own !== undefined && !(own.start >= span.start && own.end <= span.end)) return null;
    const isOuter = (scope: Scope): boolean => ofOuter.declared.has(scope) || ofOuter.taken.has(scope);
    const declarations = found.filter(({ declared }) => declared !== null && !isOuter(declared.scope));
    const others = declarations.filter(({ declared }) => !declared!.ofValue);
    const bindings: Bindings = { values: new Map(), others: new Map() };
    return found.map((use) => {
      const { node } = use;
      const wall = use.scopes.findIndex((scope) => this.#walls.has(scope) && !ofOuter.taken.has(scope));
      const scopes = wall < 0 ? use.scopes : use.scopes.slice(0, wall + 1);
      const { shorthand: short, tokens } = this.#rules;
      const [type, around] = [node.type, node.parent?.type ?? ''];
      const shorthand =
        short.has(type) || short.has(around) || (tokens.has(around) && isShorthandInTokens(node, this.#text));
      const declares = declarations.includes(use);
      const kind = use.declared !== null && !declares ? 'refers' : use.kind;
      const own = declares
        ? use
        : kind === 'foreign'
          ? null
          : visible(this.#isNoValue(node) ? others : declarations, use.start, scopes);
      const binding = own === null ? null : this.#binding(own, declarations, bindings);
      const module = kind === 'foreign' ? this.#moduleOf(use) : null;
      const apart = this.#isPathInTokens(node) || (node.parent !== null && is(this.#rules.apart, node.parent, node));
      return { start: use.start, end: use.start + name.length, kind, module, binding, scopes, apart, shorthand };
    });
  }

  #isNoValue(name: Node): boolean {
    const { notValues, mayBeValues } = this.#rules;
    const { parent } = name;
    if (this.#isPathInTokens(name)) return true;
    return parent !== null && is(notValues, parent, name) && !is(mayBeValues, parent, name);
  }

  #isPathInTokens(name: Node): boolean {
    return this.#rules.tokens.has(name.parent?.type ?? '') && isPathInTokens(name);
  }

  #binding(of: Found, declarations: readonly Found[], { values, others }: Bindings): Binding {
    const { scope, by, ofValue } = of.declared!;
    const key = this.#rules.shadowsInScope ? by : scope;
    const bindings = ofValue ? values : others;
    let binding = bindings.get(key);
    if (binding === undefined) {
      // A shadowing name may itself be declared in several places: `A(x) | B(x)`.
      const all = declarations.filter(
        ({ declared }) =>
          (typeof key === 'number' ? declared!.by : declared!.scope) === key && declared!.ofValue === ofValue,
      );
      binding = {
        scope,
        first: all[0]!.start,
        imported: all.every(({ kind }) => kind === 'imports'),
        modules: all.flatMap((found) => (found.kind === 'imports' ? [this.#moduleOf(found)] : [])),
        ofMember: this.#ofMembers.has(scope),
        ofValue,
      };
      bindings.set(key, binding);
    }
    return binding;
  }

  #moduleOf({ node }: Found): string | null {
    return moduleAround(node, this.#rules.modules, this.#text);
  }

  /** `{name}` or `{name:>8}` in a macro's format string; null for every other word. */
  #formatted(node: Node, at: number, length: number): Found | null {
    const { formats, tokens } = this.#rules;
    const given = node.parent?.parent;
    if (!formats.has(node.type) || !tokens.has(given?.type ?? '')) return null;
    if (given && givesArgument(given, this.#text.slice(at, at + length), this.#text)) return null;
    const [before, behind] = [/\{*$/.exec(this.#text.slice(Math.max(0, at - 8), at))![0], this.#text[at + length]];
    // Two braces are an escaped one.
    if (before.length % 2 === 0 || !(behind === '}' || behind === ':')) return null;
    return { start: at, node, kind: 'refers', scopes: this.#scopesAround(node), declared: null };
  }

  /** null if it is not the name of a variable. */
  #classify(name: Node, text: string, ofOuter: OfOuter): Found | null {
    const rules = this.#rules;
    const scopes = this.#scopesAround(name);
    const isConstant = /^\p{Lu}/u.test(text);
    let hasDots = false;
    let isOther = rules.tokens.has(name.parent?.type ?? '') && isMemberInTokens(name);
    for (let child = name, parent = name.parent; parent !== null; child = parent, parent = parent.parent) {
      if (rules.ofOuterScope.has(parent.type)) ofOuter.declared.add(scopes[0]!);
      if (rules.takes.has(parent.type)) ofOuter.taken.add(scopes[0]!);
      if (rules.dotted.has(parent.type)) {
        if (parent.firstNamedChild?.id !== child.id) return null;
        hasDots = parent.namedChildCount > 1;
      }
      if (/^[a-z]/.test(text) && is(rules.elements, parent, child)) return null;
      if (is(rules.foreign, parent, child))
        return { start: name.startIndex, node: name, kind: 'foreign', scopes, declared: null };
      const place = is(rules.declaresOutside, parent, child) ? parent.parent : parent;
      const inFunction = is(rules.declaresInFunction, parent, child);
      const imports = is(rules.imports, parent, child);
      const declares = place !== parent || inFunction || imports || is(rules.declares, parent, child);
      const isCompared =
        (isConstant && is(rules.refutable, parent, child)) || (hasDots && is(rules.compared, parent, child));
      if (declares && !isCompared) {
        const scope = this.#scopeOf(place ?? this.#root, inFunction ? rules.functions : rules.scopes);
        if (place !== parent && this.#ofMembers.has(scope)) return null;
        // What a file declares is visible in all of it.
        const from = scope !== this.file && is(rules.holdsBehind, parent, child) ? parent.endIndex : 0;
        return {
          start: name.startIndex,
          node: name,
          kind: imports ? 'imports' : 'declares',
          scopes,
          declared: { scope, from, by: parent.id, ofValue: is(rules.values, parent, child) && !this.#isNoValue(name) },
        };
      }
      isOther ||=
        is(rules.others, parent, child) && !(is(rules.ofItsScope, parent, child) && this.#scopeName(parent) === text);
      if (!is(rules.through, parent, child)) break;
    }
    return isOther ? null : { start: name.startIndex, node: name, kind: 'refers', scopes, declared: null };
  }

  /** What a node has before `::`. Not from its `text`, which the tree would read from a text that is gone. */
  #scopeName(node: Node): string | null {
    const scope = node.childForFieldName('scope');
    return scope === null ? null : this.#text.slice(scope.startIndex, scope.endIndex);
  }

  #scopesAround(name: Node): Scope[] {
    const rules = this.#rules;
    const around: Scope[] = [];
    let isOutside = false;
    for (let child = name, parent = name.parent; parent !== null; child = parent, parent = parent.parent) {
      isOutside ||= is(rules.evaluatedOutside, parent, child);
      if (parent.parent !== null && !rules.scopes.has(parent.type)) continue;
      if (parent.parent === null || !(isOutside || (around.length > 0 && rules.unseenWithin.has(parent.type))))
        around.push(this.#scope(parent));
      isOutside = false;
    }
    return around;
  }

  #scopeOf(node: Node, types: ReadonlySet<string>): Scope {
    let at = node;
    while (at.parent !== null && !types.has(at.type)) at = at.parent;
    return this.#scope(at);
  }

  #scope(node: Node): Scope {
    let scope = this.#scopes.get(node.id);
    if (scope === undefined) {
      const isFile = node.parent === null;
      scope = { start: isFile ? 0 : node.startIndex, end: isFile ? this.#text.length : node.endIndex };
      this.#scopes.set(node.id, scope);
      if (this.#rules.walls.has(node.type)) this.#walls.add(scope);
      if (this.#rules.memberScopes.has(node.type)) this.#ofMembers.add(scope);
    }
    return scope;
  }
}

/** The declaration a name refers to: in the innermost scope that has one at that point. */
function visible(declarations: readonly Found[], at: number, scopes: readonly Scope[]): Found | null {
  for (const scope of scopes) {
    const here = declarations.filter(({ declared }) => declared!.scope === scope && declared!.from <= at);
    const last = here.findLast(({ declared }) => declared!.ofValue) ?? here.at(-1);
    if (last !== undefined) return last;
  }
  return null;
}

/** Where a name occurs as a whole word. */
function* wordsIn(text: string, name: string, { start, end }: Scope): Generator<number> {
  for (let at = text.indexOf(name, start); at >= 0 && at < end; at = text.indexOf(name, at + name.length))
    if (isWordAt(text, at, name.length)) yield at;
}

function isWordAt(text: string, at: number, length: number): boolean {
  return !WORD.test(text[at - 1] ?? '') && !WORD.test(text[at + length] ?? '');
}

const WORD = /[\p{L}\p{N}_$]/u;
