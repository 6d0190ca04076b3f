import { expect, test, vi } from 'vitest';
import { applied, type LineChange } from '../edits/change.ts';
import { MOST_FOLLOWED, type OwnEdit, RecentEdits } from '../edits/recentEdits.ts';
import { type SyntaxReader, syntaxFor } from '../languages/syntax.ts';
import { followedByRule } from './byRule.ts';

/** A file that is slow to parse, and in which no name is followed. */
function slow() {
  let nowMs = 0;
  let parsed = 0;
  const parse = (): null => {
    parsed++;
    nowMs += 40;
    return null;
  };
  return {
    syntax: { names: parse, members: parse, mayName: () => true } as unknown as SyntaxReader,
    nowMs: () => nowMs,
    parsed: () => parsed,
  };
}

const names = ['alpha', 'beta', 'gamma', 'delta', 'kappa', 'sigma'];
const renamed = (line: number, name: string, path: string): LineChange => ({
  path,
  line,
  before: [`function ${name}() {`],
  after: [`function ${name}Next() {`],
});

function ownOf(lines: readonly string[]): OwnEdit[] {
  const recent = new RecentEdits({ nowMs: () => 0, onLeftOut: () => {} });
  for (const [i, name] of names.entries()) {
    const { line, before, after } = renamed(i, name, 'a.ts');
    recent.edited('a', 'a.ts', { kind: 'lines', line, before, after });
    recent.settle('a');
  }
  return recent.newestIn('a', lines, names.length);
}

test.each<[string, boolean]>([
  ['in the file', true],
  ['in another file', false],
])('of many names renamed %s, only as many are looked up as there is time for', (_, here) => {
  const path = 'a.ts';
  const lines = [...names.map((name) => `function ${name}Next() {`), ...names.map((name) => `x.${name};`)];
  const recent = names.map((name, i) => renamed(i, name, here ? path : 'b.ts'));
  const own = here ? ownOf(lines) : [];
  const { syntax, nowMs, parsed } = slow();
  const error = { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, message: 'Wrong.' };
  const file = { path, lines, recent, own, cursorLine: 0, errors: [error], syntax };
  followedByRule(file, { isWanted: () => false, nowMs });
  expect(parsed()).toBeGreaterThan(0);
  // At most three for each rule: 120 ms.
  expect(parsed()).toBeLessThanOrEqual(here ? 6 : 3);
});

test('a rename is followed to its end, with time to look up one change at each step', async () => {
  const text = `function f(width) {\n${'  g(width);\n\n\n\n\n\n\n\n\n\n\n\n\n\n'.repeat(40)}}`;
  const syntax = await syntaxFor('javascript');
  vi.spyOn(performance, 'now').mockReturnValue(0);
  const recent = new RecentEdits({ nowMs: () => 0, onLeftOut: () => {} });
  let lines: readonly string[] = text.split('\n');
  const make = ({ line, before, after }: Pick<LineChange, 'line' | 'before' | 'after'>): void => {
    recent.edited('a', 'a.js', { kind: 'lines', line, before, after });
    recent.settle('a');
    lines = applied(lines, { path: 'a.js', line, before, after });
  };
  make({ line: 0, before: ['function f(width) {'], after: ['function f(size) {'] });
  for (let steps = 0; steps < 40; steps++) {
    let nowMs = 0;
    const file = { path: 'a.js', lines, recent: recent.of('a', 'a.js', lines), errors: [], cursorLine: 0, syntax };
    const own = recent.newestIn('a', lines, MOST_FOLLOWED);
    const followed = followedByRule({ ...file, own }, { isWanted: () => true, nowMs: () => (nowMs += 101) });
    if (followed === null) break;
    make(followed.change);
  }
  vi.restoreAllMocks();
  expect(lines.join('\n')).toBe(text.replaceAll('width', 'size'));
});
