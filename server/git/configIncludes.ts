/** The files that a git configuration includes, under whatever condition: git reads them with it. Pure. */
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** git-config(1), "SYNTAX": a setting may stand behind its section's name, be quoted in parts, and go on after a backslash. */
export function includesOf(text: string, path: string): string[] {
  const paths: string[] = [];
  let section = '';
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    const [header, name] = /^\s*\[\s*([\w.-]+)(?:\s*"(?:\\.|[^"\\])*")?\s*\]/.exec(line) ?? ['', undefined];
    if (name !== undefined) section = name.toLowerCase();
    const [, value] = /^\s*path\s*=\s*(.*)$/i.exec(line.slice(header.length)) ?? [];
    if (value === undefined || !/^include(?:if)?(?:\.|$)/.test(section)) continue;
    const named = unquoted(value);
    if (named !== '') paths.push(whole(named, path));
  }
  return paths;
}

/** Without quotes, escapes, and a comment. */
function unquoted(value: string): string {
  const pieces = value.matchAll(/"((?:\\.|[^"\\])*)"?|([#;].*)|([^"#;]+)/g);
  const text = [...pieces].map(([, inside, , outside]) => inside ?? outside ?? '').join('');
  return text.replace(/\\(.)/g, '$1').trim();
}

function whole(named: string, path: string): string {
  if (named.startsWith('~/')) return join(homedir(), named.slice(2));
  return isAbsolute(named) ? named : join(dirname(path), named);
}
