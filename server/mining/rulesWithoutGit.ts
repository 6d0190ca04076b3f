/**
 * Git's own rules in a folder that has lost its git: an unpacked archive, a copy, another version control. What `.gitignore` names, and what
 * `.gitattributes` marks as generated, vendored or encrypted, is left out there as well.
 */
import { reasonOf } from './ignore.ts';

export const RULES_OF_GIT: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);

/**
 * `.gitattributes` (gitattributes(5)) as lines of gitignore syntax: the patterns with an attribute that leaves out, or a macro of such. One
 * that takes it back for some of the files is passed over, so that more is left out.
 */
export function leftOutByAttributes(text: string): string {
  const lines = text.split(/\r?\n/).map(partsOf);
  const macros = macrosThatLeaveOut(lines);
  return lines
    .flatMap(({ pattern, attributes }) => {
      const isOut = attributes.some((attribute) => leavesOut(attribute) || macros.has(attribute));
      return pattern !== undefined && isOut && !pattern.startsWith('!') ? [pattern] : [];
    })
    .join('\n');
}

/** Lines that define macros: they count in the folders below as well. */
export function macroLines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => partsOf(line).macro !== undefined);
}

type Parts = ReturnType<typeof partsOf>;

/** One may stand above those that it is made of. */
function macrosThatLeaveOut(lines: readonly Parts[]): ReadonlySet<string> {
  const madeOf = new Map<string, string[]>();
  const found = new Set<string>();
  for (const { macro, attributes } of lines) {
    if (macro === undefined) continue;
    if (attributes.some(leavesOut)) found.add(macro);
    for (const attribute of attributes) {
      const others = madeOf.get(attribute);
      if (others) others.push(macro);
      else madeOf.set(attribute, [macro]);
    }
  }
  // What is added on the way is visited too.
  for (const macro of found) for (const other of madeOf.get(macro) ?? []) found.add(other);
  return found;
}

/** A line may be as long as its file: nothing may fail behind blanks, or each of them would be tried. */
const LINE = /^\s*(?:\[attr\](\S+)|"((?:[^"\\]|\\.)*)"|((?!\[attr\])[^\s"#]\S*))\s+(?=\S)/;

function partsOf(line: string) {
  const [begun = '', macro, quoted, plain] = LINE.exec(line) ?? [];
  return {
    macro,
    // One in quotes may have blanks.
    pattern: plain ?? (quoted === undefined ? undefined : unquoted(quoted).replace(/^#/, '\\#')),
    attributes: begun === '' ? [] : line.slice(begun.length).split(/\s+/),
  };
}

const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** As in C, where `\303\251` are the bytes of `é`. */
function unquoted(text: string): string {
  return text.replace(/((?:\\[0-3][0-7]{2})+)|\\(.)/g, (_, bytes: string | undefined, one: string) => {
    if (bytes === undefined) return CONTROLS[one] ?? one;
    return Buffer.from(
      bytes
        .slice(1)
        .split('\\')
        .map((byte) => Number.parseInt(byte, 8)),
    ).toString('utf8');
  });
}

function leavesOut(attribute: string): boolean {
  const [name = '', value = 'set'] = attribute.split('=');
  return reasonOf(name, value) !== undefined;
}
