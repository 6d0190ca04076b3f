/**
 * Repeats the last change: applies its replacements wherever the same text still occurs. Plain code, without a model: it finds the places
 * to ask a next edit for, and is the baseline that a model has to beat.
 */
import { type LineChange, type LineSpan, standsIn } from './change.ts';
import { indentOf, isBlank, isName, replacements, stringTokens, tokensOf } from './tokens.ts';

/** Tokens that replace others wherever these occur. */
interface Rule {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** The first token is a member's name, after a dot. */
  readonly ofMember: boolean;
}

/** Longer lines are data: uninformative, and expensive. */
const LONGEST_LINE = 1000;
const MOST_PLACES = 50;
/** Lines searched on either side, and candidate lines compared: some ten milliseconds. */
const FARTHEST = 10_000;
const MOST_COMPARED = 1000;
/** If what was replaced is not a single name, this many tokens must be equal: fewer occur everywhere. */
const TELLING_TOKENS = 3;

/** The region's lines with the last change repeated in them; null if there is nothing to repeat. `lines`: the file after the change. */
export function repeatLastChange(lines: readonly string[], span: LineSpan, last: LineChange): string[] | null {
  const rules = rulesOf(last);
  const made = madeSpan(lines, last);
  const rewritten: string[] = [];
  let changed = false;
  for (let at = span.from; at < span.to; at++) {
    const length = made !== null && at >= made.from && at < made.to ? 0 : blockAt(lines, at, span.to, last);
    if (length > 0) {
      const moved = indentedLike(last.after, last.before[0]!, lines[at]!);
      rewritten.push(...moved);
      at += length - 1;
      changed = true;
      continue;
    }
    const line = lines[at] ?? '';
    const now = rewrite(line, rules);
    changed ||= now !== line;
    rewritten.push(...now.split('\n'));
  }
  return changed ? rewritten : null;
}

/** Lines where what was replaced still occurs, then those with the changed call; nearest to the change first. */
export function placesLike(lines: readonly string[], last: LineChange): number[] {
  const rules = rulesOf(last);
  const call = changedCall(last);
  if (rules.length === 0 && call === null && !isTelling(last.before)) return [];
  const made = madeSpan(lines, last);
  const [here, calling]: [number[], number[]] = [[], []];
  let compared = 0;
  for (const line of outwards(made ?? { from: last.line, to: last.line }, lines.length)) {
    if (here.length >= MOST_PLACES || compared >= MOST_COMPARED) break;
    const text = lines[line]!;
    const now = rewrite(text, rules);
    if (now !== text) here.push(line);
    const isMade = made !== null && line >= made.from && line < made.to;
    if (now !== text || isMade) continue;
    if (blockAt(lines, line, lines.length, last) > 0) here.push(line);
    else if (call !== null && calls(text, call)) calling.push(line);
    if (rules.some(({ from }) => text.includes(from[0]!)) || (call !== null && text.includes(call))) compared++;
  }
  return [...here, ...calling].slice(0, MOST_PLACES);
}

/** A span's lines, then those around it: uses mostly follow what they use, so of two at equal distance the lower comes first. */
function* outwards({ from, to }: LineSpan, count: number): Generator<number> {
  for (let line = from; line < Math.min(to, count); line++) yield line;
  for (let away = 0; away < FARTHEST; away++) {
    if (to + away >= count && from - 1 - away < 0) return;
    if (to + away < count) yield to + away;
    if (from - 1 - away >= 0) yield from - 1 - away;
  }
}

/** The change's lines in the file; null if they have been changed since. */
function madeSpan(lines: readonly string[], { line, after }: LineChange): LineSpan | null {
  return after.every((text, i) => lines[line + i] === text) ? { from: line, to: line + after.length } : null;
}

function rulesOf({ before, after }: LineChange): Rule[] {
  const rules = new Map<string, Rule>();
  if (before.length === 0 || after.length === 0) return [];
  if ([...before, ...after].some(({ length }) => length > LONGEST_LINE)) return [];
  // Line by line if both have as many: comparing the whole may pair tokens of different lines.
  const pairs =
    before.length === after.length
      ? before.map((line, i) => [line, after[i]!] as const)
      : [[before.join('\n'), after.join('\n')] as const];
  const contradicted = new Set<string>();
  for (const [from, to] of pairs) {
    for (const rule of rulesBetween(tokensOf(from), tokensOf(to))) {
      const key = `${rule.ofMember} ${rule.from.join(' ')}`;
      const known = rules.get(key);
      if (known !== undefined && known.to.join('') !== rule.to.join('')) contradicted.add(key);
      rules.set(key, rule);
    }
  }
  for (const key of contradicted) rules.delete(key);
  // Longer ones are more specific.
  return [...rules.values()].sort((a, b) => b.from.length - a.from.length);
}

function rulesBetween(before: readonly string[], after: readonly string[]): Rule[] {
  const found = replacements(before, after) ?? [];
  const written = found.flatMap((replaced) => after.slice(replaced.after.from, replaced.after.to));
  return found.flatMap((replaced) => {
    let [from, to] = [replaced.before.from, replaced.before.to];
    const fresh = after.slice(replaced.after.from, replaced.after.to);
    const ofMember = (at: number): boolean => before[at - 1] === '.' && isName(before[at]);
    const [old, name] = [before[from], fresh[0]];
    // Not if names only swap places.
    const renamed = to - from === 1 && fresh.length === 1 && !before.includes(name!) && !written.includes(old!);
    if (renamed && isName(old) && isName(name)) return [{ from: [old], to: [name], ofMember: ofMember(from) }];
    let [head, tail] = [0, 0];
    const tells = (): boolean => {
      const seen = before.slice(from, to).filter((token) => !isBlank(token));
      return seen.length >= TELLING_TOKENS && seen.some(isName);
    };
    const inLine = (token: string | undefined): boolean => token !== undefined && !token.includes('\n');
    while (!tells()) {
      const [left, right] = [inLine(before[from - 1]), inLine(before[to])];
      if (!left && !right) return [];
      if (left) {
        from--;
        head++;
      }
      if (right) {
        to++;
        tail++;
      }
    }
    const shown = before.slice(from, to);
    // Indentation differs elsewhere.
    const blank = head > 0 && isBlank(shown[0]!) ? 1 : 0;
    const around = [...shown.slice(blank, head), ...fresh, ...shown.slice(shown.length - tail)];
    return [{ from: shown.slice(blank), to: around, ofMember: ofMember(from + blank) }];
  });
}

function rewrite(line: string, rules: readonly Rule[]): string {
  if (line.length > LONGEST_LINE) return line;
  const usable = rules.filter(({ from }) => from.every((token) => line.includes(token)));
  if (usable.length === 0) return line;
  const tokens = tokensOf(line);
  const inString = stringTokens(tokens);
  const written: string[] = [];
  for (let at = 0; at < tokens.length; ) {
    const rule = usable.find(
      ({ from, to, ofMember }) =>
        from.every((token, i) => tokens[at + i] === token) &&
        // A name is not a word in a string with the same spelling.
        !(from.length === 1 && inString[at]) &&
        !isDone(tokens, at, { from, to }) &&
        (tokens[at - 1] === '.' && isName(from[0])) === ofMember,
    );
    written.push(...(rule?.to ?? [tokens[at]!]));
    at += rule?.from.length ?? 1;
  }
  return written.join('');
}

/** Whether what would be replaced is already inside its replacement: a call wrapped around it is not wrapped twice. */
function isDone(tokens: readonly string[], at: number, { from, to }: Pick<Rule, 'from' | 'to'>): boolean {
  for (let before = 0; before <= to.length - from.length; before++) {
    if (!from.every((token, i) => to[before + i] === token)) continue;
    if (to.every((token, i) => tokens[at - before + i] === token)) return true;
  }
  return false;
}

/** Number of lines from `at` on equal to those replaced or deleted as a whole; 0 if they differ. */
function blockAt(lines: readonly string[], at: number, to: number, { before, after }: LineChange): number {
  if (before.length === 0 || at + before.length > to || lines[at]!.length > LONGEST_LINE) return 0;
  if (lines[at]!.trim() !== before[0]!.trim() || !isTelling(before)) return 0;
  if (before.length === after.length && before.some((line, i) => line.trim() === after[i]!.trim())) return 0;
  if (standsIn(after, before, lines, at)) return 0;
  return before.every((line, i) => lines[at + i]?.trim() === line.trim()) ? before.length : 0;
}

/** A bracket or an empty line occurs everywhere. */
function isTelling(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const tokens = tokensOf(line.slice(0, LONGEST_LINE));
    return tokens.filter((token) => !isBlank(token)).length >= TELLING_TOKENS;
  });
}

function indentedLike(after: readonly string[], was: string, is: string): string[] {
  const [from, to] = [indentOf(was), indentOf(is)];
  return after.map((line) => (line.startsWith(from) && line !== '' ? to + line.slice(from.length) : line));
}

/** Name of the one call or signature within whose brackets something changed; null if there is none. */
function changedCall({ before, after }: LineChange): string | null {
  if (before.length !== 1 || after.length !== 1) return null;
  const tokens = tokensOf(before[0]!.slice(0, LONGEST_LINE));
  const found = replacements(tokens, tokensOf(after[0]!.slice(0, LONGEST_LINE)));
  const first = found?.[0];
  if (first === undefined) return null;
  for (let at = first.before.from - 1, depth = 0; at > 0; at--) {
    if (tokens[at] === ')') depth++;
    if (tokens[at] !== '(' || depth-- > 0) continue;
    const name = tokens[at - 1];
    return isName(name) ? name : null;
  }
  return null;
}

function calls(line: string, name: string): boolean {
  if (line.length > LONGEST_LINE || !line.includes(`${name}(`)) return false;
  return tokensOf(line).some((token, i, tokens) => token === name && tokens[i + 1] === '(');
}
