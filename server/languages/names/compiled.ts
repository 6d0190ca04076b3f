/** {@link NameRules} as sets and maps, since they are looked up for every node around a name. */
import type Parser from 'tree-sitter';
import type { NameRules } from './rules.ts';

type Node = Parser.SyntaxNode;

/** Children of a node: by parent's type, then by field. */
type Places = ReadonlyMap<string, readonly Place[]>;

interface Place {
  /** null: any. */
  readonly field: string | null;
  readonly not: boolean;
  /** Type of the child; null: any. */
  readonly child: string | null;
  /** Type of the parent's own parent, or with `not` what it must not be; null: any. */
  readonly around: { readonly type: string; readonly not: boolean } | null;
  /** Where the child is among all of the parent's, or its parent among those around; null: anywhere. */
  readonly at: string | null;
  readonly condition: { readonly field: string; readonly not: boolean } | null;
}

export interface CompiledRules {
  /** null: unknown. */
  readonly reserved: ReadonlySet<string> | null;
  readonly names: ReadonlySet<string>;
  readonly scopes: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly unseenWithin: ReadonlySet<string>;
  readonly ofOuterScope: ReadonlySet<string>;
  readonly memberScopes: ReadonlySet<string>;
  readonly walls: ReadonlySet<string>;
  readonly takes: ReadonlySet<string>;
  readonly shorthand: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
  readonly formats: ReadonlySet<string>;
  readonly declares: Places;
  readonly declaresOutside: Places;
  readonly declaresInFunction: Places;
  readonly holdsBehind: Places;
  readonly imports: Places;
  readonly foreign: Places;
  readonly values: Places;
  readonly notValues: Places;
  readonly mayBeValues: Places;
  readonly apart: Places;
  readonly through: Places;
  readonly evaluatedOutside: Places;
  readonly refutable: Places;
  readonly dotted: ReadonlySet<string>;
  readonly compared: Places;
  readonly elements: Places;
  readonly others: Places;
  readonly ofItsScope: Places;
  readonly shadowsInScope: boolean;
  readonly modules: ReadonlyMap<string, string>;
  readonly importsAll: boolean;
  readonly seesItsFolder: boolean;
  readonly bareMembers: boolean;
  readonly methodsApart: boolean;
}

export function compiled(rules: NameRules): CompiledRules {
  return {
    reserved: rules.reserved === undefined ? null : new Set(rules.reserved),
    names: new Set(rules.names),
    scopes: new Set(rules.scopes),
    functions: new Set(rules.functions),
    unseenWithin: new Set(rules.unseenWithin),
    ofOuterScope: new Set(rules.ofOuterScope),
    memberScopes: new Set(rules.memberScopes),
    walls: new Set(rules.walls),
    takes: new Set(rules.takes),
    shorthand: new Set(rules.shorthand),
    tokens: new Set(rules.tokens),
    formats: new Set(rules.formats),
    declares: places(rules.declares),
    declaresOutside: places(rules.declaresOutside),
    declaresInFunction: places(rules.declaresInFunction),
    holdsBehind: places(rules.holdsBehind),
    imports: places(rules.imports),
    foreign: places(rules.foreign),
    values: places(rules.values),
    notValues: places(rules.notValues),
    mayBeValues: places(rules.mayBeValues),
    apart: places(rules.apart),
    through: places(rules.through),
    evaluatedOutside: places(rules.evaluatedOutside),
    refutable: places(rules.refutable),
    dotted: new Set(rules.dotted),
    compared: places(rules.compared),
    elements: places(rules.elements),
    others: places(rules.others),
    ofItsScope: places(rules.ofItsScope),
    shadowsInScope: rules.shadowsInScope ?? false,
    modules: new Map(rules.modules?.map((place) => place.split('.') as [string, string])),
    importsAll: rules.importsAll,
    seesItsFolder: rules.seesItsFolder ?? false,
    bareMembers: rules.bareMembers ?? false,
    methodsApart: rules.methodsApart ?? false,
  };
}

function places(lines: readonly string[] = []): Places {
  const byType = new Map<string, Place[]>();
  for (const line of lines) {
    const [all, at] = line.split('#') as [string, string?];
    const [described, around] = all.split('^') as [string, string?];
    const [named, condition] = described.split('?') as [string, string?];
    const [place, child] = named.split('>') as [string, string?];
    const [type, field] = place.split('.') as [string, string?];
    const known = byType.get(type) ?? [];
    known.push({
      ...fieldOf(field),
      child: child ?? null,
      at: at ?? null,
      around: around === undefined ? null : { type: around.replace('!', ''), not: around.startsWith('!') },
      condition: condition === undefined ? null : conditionOf(condition),
    });
    byType.set(type, known);
  }
  return byType;
}

function conditionOf(written: string): NonNullable<Place['condition']> {
  return { field: written.replace('!', ''), not: written.startsWith('!') };
}

function fieldOf(written: string | undefined): { readonly field: string | null; readonly not: boolean } {
  return { field: written?.replace('!', '') ?? null, not: written?.startsWith('!') ?? false };
}

export function is(places: Places, parent: Node, child: Node): boolean {
  const known = [...(places.get(parent.type) ?? []), ...(places.get('*') ?? [])];
  return known.some(({ field, not, child: type, condition, around, at }) => {
    if (type !== null && child.type !== type) return false;
    if (around !== null && (parent.parent?.type === around.type) === around.not) return false;
    if (at !== null && !isAt(parent, child, at)) return false;
    if (condition !== null && has(parent, condition.field) === condition.not) return false;
    return field === null || isInField(parent, child, field) !== not;
  });
}

function isAt(parent: Node, child: Node, at: string): boolean {
  if (at === 'unassigned') return child.previousSibling?.type !== '=';
  if (at !== 'leading') return (at === 'first' ? parent.firstChild : parent.lastChild)?.id === child.id;
  let before = parent.previousSibling;
  while (before !== null && before.type !== parent.type) before = before.previousSibling;
  return before === null;
}

/** Whether the node has that field, or that sign among its children. */
function has(node: Node, what: string): boolean {
  if (!WORD.test(what)) return node.children.some(({ type }) => type === what);
  return node.childForFieldName(what) !== null;
}

const WORD = /^\w+$/;

/** The module of an import that a name is in, as written; '' if the name is that of a module itself, null if none is written. */
export function moduleAround(name: Node, modules: ReadonlyMap<string, string>, text: string): string | null {
  for (let child = name, parent = name.parent; parent !== null; child = parent, parent = parent.parent) {
    const field = modules.get(parent.type);
    if (field === undefined) continue;
    if (isInField(parent, child, field)) return '';
    const module = parent.childForFieldName(field);
    if (module !== null) return text.slice(module.startIndex, module.endIndex);
  }
  return null;
}

function isInField(parent: Node, child: Node, field: string): boolean {
  return parent.childrenForFieldName(field).some(({ id }) => id === child.id);
}
