/**
 * Whose member was renamed at its declaration, by the lines around it. In other files, where nothing else tells whose a name after a dot is,
 * it follows only where they speak of that type. Without a grammar.
 */
import type { OwnEdit } from '../edits/recentEdits.ts';
import { indentOf } from '../edits/tokens.ts';
import { languageOf } from '../languages/languageOf.ts';
import { mayBeOther } from './otherUse.ts';
import { wordsIn } from './renamed.ts';

export interface DeclaredMember {
  readonly path: string;
  /** null if it has no name, e.g. that of a literal. */
  readonly type: string | null;
  /** No other file sees it. */
  readonly isPrivate: boolean;
  /** A field of a type that cannot be called. */
  readonly isValue: boolean;
  /** In Go, a field: no interface has it. */
  readonly isField: boolean;
}

/** By what was replaced and by what: `old\0new`. */
export type MembersRenamed = ReadonlyMap<string, readonly DeclaredMember[]>;

const LONGEST_LINE = 500;
/** Lines above a declaration that are searched for its type. */
const FARTHEST = 3000;
const TYPE =
  /\b(?:(?:class|struct|interface|trait|enum|object|record|protocol|type)\s+(?!class\b|struct\b)(\w+)|(\w+)\s+(?:struct|interface)\s*\{)/;
const RECEIVER = /^func\s*\(\s*\w+\s+\*?(\w+)(?:\[[^\]]*\])?\s*\)\s*$/;
const OF_OBJECT = /\b(?:this|self|cls)\.$/;
const AFTER_DOT = /(?:\.|->|::)\s*$/;
const PRIVATE = /\bprivate\b|#$/;
/** A parameter of a constructor with such a word declares a field. */
const MODIFIED = /^\s*(?:@\w+(?:\([^)]*\))?\s*)*(?:private|protected|public|readonly|override)\b/;
/** The rest of a head of several lines, or of the block before; in C and C#, a line of the preprocessor, wherever it begins. */
const CLOSES = /^\s*(?:[)\]}>{]|#\s*(?:if|elif|else|endif|region|endregion|pragma|nullable)\b)/;
const SCRIPT = /^(?:javascript|typescript|tsx)$/;
/** By their names, in a list or alone. */
const EXPORTS_LATER = /^\s*export\s*(?:type\s*)?(?:[{=]|default\s+\w+\s*;?\s*$)|\bmodule\.exports\b/;
/** Behind a field's name, a type that cannot be called. */
const VALUE_IN_GO =
  /^[\s,\w]*\s(?:[*[]|map\[|chan\b|<-|struct\b|(?:any|bool|byte|error|rune|string|u?int(?:\d+|ptr)?|float\d+|complex\d+)\b)/;
const SCALAR =
  /string|number|boolean|bigint|Date|Error|null|undefined|true|false|'[^']*'|"[^"]*"|\d+|(?:Array|Map|Record|Set)<[^<=>]*>|\w+\[\]/;
const ONE_VALUE = `(?:${SCALAR.source})(?![\\w<[])`;
/** One way alone to read each blank and each bar, or a hostile line would be tried in thousands. */
const VALUE_IN_SCRIPT = new RegExp(
  `^[?!]?\\s*:\\s*(?:\\|\\s*)?${ONE_VALUE}(?:\\s*\\|\\s*${ONE_VALUE})*\\s*(?:[;,=]|$)`,
);
/** Constants and variables of a package, in Go. */
const GROUP = /^(?:const|var)\s*\(/;

/** The member whose rename a change is, with what was replaced; null if it is a mere use, or nothing says that it is a member. */
export function declaredMember(
  lines: readonly string[],
  { change, made = change }: OwnEdit,
): { readonly replaced: string; readonly member: DeclaredMember } | null {
  const renaming = wordsIn(made);
  const [column] = renaming?.columns ?? [];
  if (renaming === null || column === undefined) return null;
  const line = made.before[0]!;
  const before = line.slice(0, column);
  const isOfObject = OF_OBJECT.test(before);
  if (AFTER_DOT.test(before) && !isOfObject) return null;
  const { path } = change;
  const type = typeInLine(before) ?? typeAround(lines, change.line, line, isOfObject);
  const replaced = `${renaming.from}\0${renaming.to}`;
  if (type === undefined && !mayBeOther(line, renaming.from)) return null;
  const after = line.slice(column + renaming.from.length);
  const language = languageOf(path) ?? '';
  const isField = language === 'go' && !/^\s*(?:\(|$)/.test(after) && !RECEIVER.test(before);
  const isValue = isField ? VALUE_IN_GO.test(after) : SCRIPT.test(language) && VALUE_IN_SCRIPT.test(after);
  const isPrivate = PRIVATE.test(before) || (SCRIPT.test(language) && isHidden(lines, type ?? null));
  return { replaced, member: { path, type: type ?? null, isPrivate, isValue, isField } };
}

/** JavaScript and TypeScript: whether a type is not exported by a file that exports others. */
function isHidden(lines: readonly string[], type: string | null): boolean {
  if (type === null || lines.some((line) => EXPORTS_LATER.test(line))) return false;
  const isExported = (line: string): boolean => /^\s*(?:export|declare)\b/.test(line);
  return lines.some(isExported) && !lines.some((line) => isExported(line) && typeDeclaredIn(line) === type);
}

/** The name of a type that a line declares. */
export function typeDeclaredIn(line: string): string | null {
  const [, named, before] = (line.length <= LONGEST_LINE && TYPE.exec(line)) || [];
  return named ?? before ?? null;
}

/** Of a method with a receiver, or of a type in one line. */
function typeInLine(before: string): string | null {
  return RECEIVER.exec(before)?.[1] ?? (/[{(]/.test(before) ? typeDeclaredIn(before) : null);
}

/** undefined if the line is in none. `isOfObject`: it may be in a function of it. */
function typeAround(
  lines: readonly string[],
  at: number,
  line: string,
  isOfObject: boolean,
): string | null | undefined {
  let depth = indentOf(line).length;
  let isParameter = MODIFIED.test(line);
  for (let above = at - 1; above >= 0 && at - above < FARTHEST && depth > 0; above--) {
    const text = lines[above]!;
    const indent = indentOf(text).length;
    if (text.trim() === '' || indent >= depth || CLOSES.test(text)) continue;
    const type = typeDeclaredIn(text);
    if (type !== null) return type;
    if (GROUP.test(text)) return null;
    const isConstructor = isParameter && /\bconstructor\b/.test(text);
    if (!isConstructor && !isOfObject) return undefined;
    isParameter = false;
    depth = indent;
  }
  return undefined;
}
