/**
 * Git's own rules in a folder that has lost its git: an unpacked archive, a copy, another version control. What `.gitignore` names, and what
 * `.gitattributes` marks as generated, vendored or encrypted, is left out there as well.
 */
import { reasonOf } from './ignore.ts';

export const RULES_OF_GIT: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);

/**
 * `.gitattributes` (gitattributes(5)) as lines of gitignore syntax: the patterns with an attribute that leaves out. One that takes it back
 * for some of the files is passed over, so that more is left out.
 */
export function leftOutByAttributes(text: string): string {
  return text.split(/\r?\n/).flatMap(ruleOf).join('\n');
}

function ruleOf(line: string): string[] {
  // Macros define attributes; a pattern in quotes may have blanks.
  const [, quoted, plain, rest = ''] = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"#[][^\s]*))\s+(.*)$/.exec(line) ?? [];
  const pattern = plain ?? quoted?.replace(/\\(.)/g, '$1');
  if (pattern === undefined || pattern.startsWith('!')) return [];
  const leavesOut = rest.split(/\s+/).some((attribute) => {
    const [name = '', value = 'set'] = attribute.split('=');
    return reasonOf(name, value) !== undefined;
  });
  return leavesOut ? [pattern] : [];
}
