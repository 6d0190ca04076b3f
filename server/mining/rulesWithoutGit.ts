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
  const macros = new Set<string>();
  const patterns: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const { macro, pattern, attributes } = partsOf(line);
    if (!attributes.some((attribute) => leavesOut(attribute, macros))) continue;
    if (macro !== undefined) macros.add(macro);
    else if (pattern !== undefined && !pattern.startsWith('!')) patterns.push(pattern);
  }
  return patterns.join('\n');
}

/** A line may be as long as its file: nothing may fail behind blanks, or each of them would be tried. */
const LINE = /^\s*(?:\[attr\](\S+)|"((?:[^"\\]|\\.)*)"|([^\s"#[]\S*))\s+(?=\S)/;

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

function leavesOut(attribute: string, macros: ReadonlySet<string>): boolean {
  const [name = '', value = 'set'] = attribute.split('=');
  return reasonOf(name, value) !== undefined || macros.has(attribute);
}
