/** Words as unquoted values of settings, with blanks around the sign: `DB_PASS: letmein` in YAML, `DB_PASS := letmein` in a makefile. */
import { isOfPrograms } from './joinedWords.ts';
import { lineUpTo } from './lines.ts';
import { isPasswordLabel } from './names.ts';

/** Range in which another use of the name would be, UTF-16 units. */
const around = 4_000;
const mostBefore = 80;

/** Nothing before the name, or what opens an entry. */
const opensEntry = /^\s*(?:-\s)?(?:export\s)?$/;
/** One word, or several that dashes join. */
const words = /^\p{L}{2,24}(?:-\p{L}{1,24}){0,5}$/u;
/** Names of settings alone, unlike `password: Type` in code. */
const ofSettings = /^(?:[A-Z][A-Z0-9]*_[A-Z0-9_]+|ansible_\w+)$/;
/** An account or network beside it, which texts and types do not have. */
const account =
  /^\s*(?:-\s)?(?:[\w-]*[._-])?(?:user(?:[_-]?name)?|login|ssid|account|host(?:name)?|port)\s?[:=]\s?([a-z0-9][\w.@-]{1,60})\s*$/i;

/**
 * Whether such a value stands alone on its line, and no name in code: that would occur elsewhere. `from`: the start of the name;
 * `start` and `end`: of the value.
 */
export function isSettingLine(text: string, from: number, start: number, end: number): boolean {
  const name = /^([\w.-]{1,60})\s?(?:[:=]|[:?]=)[ \t]{1,20}$/.exec(text.slice(from, start))?.[1];
  if (name === undefined || !/^[ \t]{0,8}\r?(?:\n|$)/.test(text.slice(end, end + 12))) return false;
  const value = text.slice(start, end);
  if (
    value.length < 6 ||
    !words.test(value) ||
    !isPasswordLabel(name) ||
    !opensEntry.test(lineUpTo(text, from, mostBefore))
  )
    return false;
  if (value.split('-').some((word) => isOfPrograms(word.toLowerCase()))) return false;
  if (!ofSettings.test(name) && !isBesideAccount(text, from, end)) return false;
  return !occursAround(text, start, end);
}

function isBesideAccount(text: string, from: number, end: number): boolean {
  const lines = [
    ...text
      .slice(Math.max(0, from - 300), from)
      .split('\n')
      .slice(-4, -1),
    ...text
      .slice(end, end + 200)
      .split('\n')
      .slice(1, 3),
  ];
  return lines.some((line) => {
    const value = account.exec(line)?.[1] ?? '';
    return /^[a-z0-9]/.test(value) && !isOfPrograms(value.toLowerCase());
  });
}

/** Whether a value occurs elsewhere near its place. */
export function occursAround(text: string, start: number, end: number): boolean {
  const near = text.slice(Math.max(0, start - around), start) + text.slice(end, end + around);
  return near.includes(text.slice(start, end));
}
