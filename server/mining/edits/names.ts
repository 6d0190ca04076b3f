/** Names in lines of code, found without a grammar: pieces of a change rarely parse. */

/** Shorter ones are loop counters, which connect nothing. */
const NAME = /[A-Za-z_$][\w$]{2,}/g;
const KEYWORD =
  'async|class|const|def|enum|extension|fn|for|func|function|fun|interface|let|macro|module|mut|namespace|private|protected|protocol|public|readonly|record|static|struct|trait|type|typedef|union|using|val|var|void';

/** On longer lines, patterns with two gaps would backtrack too much. */
const LONGEST_LINE = 500;

export function namesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.match(NAME) ?? []);
}

/** How much these lines look like a definition of `name`: 3 after a keyword, 2 as a parameter, 1 if assigned to, else 0. */
export function definesName(lines: readonly string[], name: string): 0 | 1 | 2 | 3 {
  const those = lines.filter((line) => line.length <= LONGEST_LINE && line.includes(name));
  const whole = `(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`;
  const meets = (pattern: string): boolean => those.some((line) => new RegExp(pattern).test(line));
  if (meets(`\\b(?:${KEYWORD})\\s+(?:\\([^)]*\\)\\s*)?[*&]*${whole}`)) return 3;
  if (meets(`\\b(?:${KEYWORD})\\b.*\\(.*${whole}`)) return 2;
  return meets(`${whole}\\??\\s*(?::(?!:)|:?=(?![=>]))`) ? 1 : 0;
}

const IMPORT =
  /^\s*(import\b|from\s+\S+\s+import\b|use\s|using\s|require\b|#\s*include\b|export\s.*\bfrom\b|(const|let|var)\s.*\brequire\s*\(|(\w+\s+)?"[\w./@-]+"$|[}\])]\s*(from\b.*)?;?$|$)/;

export function isImport(lines: readonly string[]): boolean {
  const written = lines.filter((line) => line.trim() !== '');
  return written.length > 0 && written.every((line) => IMPORT.test(line)) && written.some((line) => /\w/.test(line));
}

/** Whether a path is a test's, by the conventions of many languages. */
export function isTest(path: string): boolean {
  return /(^|\/)(__)?(tests?|specs?)(__)?\/|[._-](test|spec)\.\w+$|(^|\/)test_[^/]+$/i.test(path);
}
