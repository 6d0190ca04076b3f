/** Lines of gitignore syntax (gitignore(5), "Pattern format"), matched in linear time: a repository brings its own. */
import { unseenIn } from '../common/controls.ts';
import { type LinearPattern, linear } from '../secrets/linear.ts';

interface Rule {
  readonly pattern: LinearPattern;
  /** In every path of ASCII alone that the pattern matches, in lower case. */
  readonly word: string;
  readonly negated: boolean;
  /** Matches folders only. */
  readonly folders: boolean;
}

/** `globset`: that of Rust's crate of this name, as in Zed's settings, where stars cross folders and `{a,b}` are alternatives. */
type Syntax = 'gitignore' | 'globset';

/** Beyond this, no person wrote the file of rules. */
const most = { lines: 5_000, patternLength: 1_000 } as const;

/** What an unreadable file of rules lacks, worded to follow `is not`; null if it is readable: a skipped rule would keep nothing out. */
export function unreadableRules(text: string): string | null {
  const lines = linesOf(text);
  if (text.includes('\0') || text.includes('\uFFFD')) return 'UTF-8 text';
  if (lines.length > most.lines || lines.some((line) => !line.startsWith('#') && line.length > most.patternLength))
    return `a file of at most ${most.lines} lines of ${most.patternLength} characters`;
  return null;
}

/**
 * Decides whether rules leave a path out. Paths are relative, with '/'; case and Unicode composition (`é` as one character or two) are
 * ignored, so that more is left out.
 */
export class IgnoreRules {
  readonly #rules: readonly Rule[];
  readonly #folders = new Map<string, boolean>();

  /** Skips what {@link unreadableRules} rejects: settings and routes are not checked with it. */
  constructor(text: string, syntax: Syntax = 'gitignore') {
    this.#rules = linesOf(text)
      .slice(0, most.lines)
      .flatMap((line) => ruleOf(line, syntax));
  }

  ignores(asItIs: string): boolean {
    const path = asItIs.normalize('NFC');
    const slash = path.lastIndexOf('/');
    // Nothing below a left-out folder can be re-included.
    return (slash !== -1 && this.#ignoresFolder(path.slice(0, slash))) || this.#decides(path, false);
  }

  #ignoresFolder(folder: string): boolean {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const slash = folder.lastIndexOf('/');
    const ignored = (slash !== -1 && this.#ignoresFolder(folder.slice(0, slash))) || this.#decides(folder, true);
    this.#folders.set(folder, ignored);
    return ignored;
  }

  /** The last matching rule decides. */
  #decides(path: string, isFolder: boolean): boolean {
    // Compiling a thousand patterns takes 0.2 s, and lists are read anew every few seconds. Other letters may have several lower cases.
    const words = /^[\0-\x7f]*$/.test(path) ? path.toLowerCase() : null;
    for (let i = this.#rules.length - 1; i >= 0; i--) {
      const { pattern, word, negated, folders } = this.#rules[i] as Rule;
      if (folders && !isFolder) continue;
      if ((words === null || words.includes(word)) && pattern.test(path)) return !negated;
    }
    return false;
  }
}

/**
 * Without a byte order mark, which git skips as well. In a text without a line feed, carriage returns end the lines: old editors write so,
 * and as a single rule it would leave out nothing.
 */
function linesOf(text: string): string[] {
  const end = text.includes('\n') ? '\n' : '\r';
  const lines = text.replace(/^\uFEFF/, '').split(end);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Lines that do not match what their author meant, numbered from 1: gitignore syntax has no `{a,b}`, no comment after a rule, no `\`
 * between folders, no quotes, no blank before or `//` within a rule, and no absolute path, such as that of `root`.
 */
export function oddRules(text: string, root: string): { readonly line: number; readonly rule: string }[] {
  return linesOf(text).flatMap((whole, i) => {
    const rule = trimEnd(whole.replace(/\r$/, ''));
    if (rule === '' || rule.startsWith('#')) return [];
    const isOdd =
      // Invisible characters too: no-break spaces, zero-width ones.
      /^[\s"'`]|\/\/|[^\S ]|["'`]$/.test(rule) ||
      unseenIn(rule).length > 0 ||
      /[^\\]\s#/.test(rule) ||
      /\{[^{}]*,[^{}]*\}/.test(rule) ||
      /\\(?:[A-Za-z0-9]|$)/.test(rule) ||
      /^(?:~|[A-Za-z]:)/.test(rule) ||
      rule.startsWith(`${root}/`);
    return isOdd ? [{ line: i + 1, rule }] : [];
  });
}

function ruleOf(line: string, syntax: Syntax): Rule[] {
  let pattern = trimEnd(line.replace(/\r$/, '')).normalize('NFC');
  if (pattern === '' || pattern.startsWith('#') || line.length > most.patternLength) return [];
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  // For git this matches nothing; its author means the top.
  if (pattern.startsWith('./')) pattern = pattern.slice(1);
  const folders = pattern.endsWith('/');
  if (folders) pattern = pattern.slice(0, -1);
  // A slash before the end anchors a pattern to the top; without one it matches at any depth.
  const tied = pattern.includes('/');
  if (pattern.startsWith('/')) pattern = pattern.slice(1);
  if (pattern === '') return [];
  return [
    {
      pattern: linear(`^${tied ? '' : '(?:.*/)?'}${sourceOf(pattern, syntax)}$`, { ignoreCase: true, dotAll: true }),
      word: syntax === 'globset' && pattern.includes('{') ? '' : wordOf(pattern),
      negated,
      folders,
    },
  ];
}

/** The longest piece of a pattern that stands for itself; '' if that is hard to tell. A slash beside stars may match nothing. */
function wordOf(pattern: string): string {
  if (/[[\\]/.test(pattern)) return '';
  const pieces = pattern.split(/[*?/]+/).filter((piece) => /^[\0-\x7f]*$/.test(piece));
  return pieces.reduce((most, piece) => (piece.length > most.length ? piece : most), '').toLowerCase();
}

/** Trailing blanks count only after a backslash; tabs, which git counts, are never meant. */
function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t') && line[end - 2] !== '\\') end--;
  return line.slice(0, end);
}

function sourceOf(pattern: string, syntax: Syntax): string {
  const isGlobset = syntax === 'globset';
  let source = '';
  let depth = 0;
  for (let i = 0; i < pattern.length; ) {
    const character = pattern[i] as string;
    if (character === '*') {
      let stars = i;
      while (pattern[stars] === '*') stars++;
      const begins = i === 0 || pattern[i - 1] === '/' || (depth > 0 && /[{,]/.test(pattern[i - 1] as string));
      const whole = stars - i > 1 && begins;
      if (whole && pattern[stars] === '/') {
        // `**/`: any number of folders, none too.
        source += '(?:.*/)?';
        i = stars + 1;
        continue;
      }
      // `/**` at the end: everything inside.
      source += whole && stars === pattern.length ? (i === 0 ? '.*' : '.+') : isGlobset ? '.*' : '[^/]*';
      i = stars;
    } else if (character === '?') {
      source += isGlobset ? '.' : '[^/]';
      i++;
    } else if (isGlobset && (/[{}]/.test(character) || (character === ',' && depth > 0))) {
      source += character === '{' ? '(?:' : character === '}' ? ')' : '|';
      depth += character === '{' ? 1 : character === '}' ? -1 : 0;
      if (depth < 0) return NOTHING;
      i++;
    } else if (character === '[') {
      const end = endOfClass(pattern, i);
      if (end === -1) return NOTHING;
      source += classOf(pattern.slice(i + 1, end));
      i = end + 1;
    } else {
      // A pattern with a trailing backslash matches nothing.
      if (character === '\\' && i + 1 === pattern.length) return NOTHING;
      if (character === '\\') i++;
      const whole = characterAt(pattern, i);
      source += literal(whole);
      i += whole.length;
    }
  }
  return depth === 0 ? source : NOTHING;
}

/** Where `[…]` ends; a `]` directly after its opening is one of its characters. */
function endOfClass(pattern: string, from: number): number {
  let at = from + 1;
  if (pattern[at] === '!' || pattern[at] === '^') at++;
  if (pattern[at] === ']') at++;
  while (at < pattern.length && pattern[at] !== ']') {
    if (pattern[at] === '\\') at++;
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
    at++;
  }
  return at < pattern.length ? at : -1;
}

/** Matches no character. */
const NOTHING = '[^\\x00-\\x{10FFFF}]';

/** POSIX character classes. */
const CLASSES: ReadonlySet<string> = new Set(
  'alnum alpha blank cntrl digit graph lower print punct space upper xdigit'.split(' '),
);

/** No class matches a slash. */
function classOf(content: string): string {
  const negated = content[0] === '!' || content[0] === '^';
  let source = '';
  for (let i = negated ? 1 : 0; i < content.length; i++) {
    const named = /^\[:([a-z]*):\]/i.exec(content.slice(i, i + 30));
    if (named) {
      // git knows no others, and a pattern with one matches nothing.
      if (!CLASSES.has(named[1] as string)) return NOTHING;
      source += named[0];
      i += named[0].length - 1;
      continue;
    }
    if (content[i] === '\\') i++;
    const first = characterAt(content, i);
    i += first.length - 1;
    if (content[i + 1] === '-' && i + 2 < content.length) {
      i += 2;
      if (content[i] === '\\') i++;
      const last = characterAt(content, i);
      i += last.length - 1;
      // A backward range is empty.
      if (codeOf(first) <= codeOf(last)) source += `${literal(first)}-${literal(last)}`;
    } else source += literal(first);
  }
  if (negated) return `[^/${source}]`;
  return source === '' ? NOTHING : `[${source}]`;
}

/** A whole character: emoji and rare letters are two units. */
function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function literal(character: string): string {
  return /[A-Za-z0-9_]/.test(character) ? character : `\\x{${codeOf(character).toString(16)}}`;
}
