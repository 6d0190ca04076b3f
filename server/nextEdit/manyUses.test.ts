import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { changeBetween } from '../edits/change.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { usesLeft } from './boundUses.ts';
import { repeatableOf } from './renamed.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const handlers = (count: number): string =>
  `package p\n${Array.from({ length: count }, (_, i) => `func f${i}(w W, r R) {\n${'\tg(r, w.r)\n'.repeat(6)}}\n`).join('')}`;
const cases = (count: number): string =>
  `class T:\n${Array.from({ length: count }, (_, i) => `    def t${i}(self, r):\n${'        r = g(lambda: r)\n'.repeat(4)}`).join('')}`;

/** Number of uses left of the `r` at `at`, or why none are known. */
async function usesOf(languageId: string, text: string, at: string): Promise<number | string> {
  const syntax = (await syntaxFor(languageId))!;
  const start = text.indexOf('r', text.indexOf(at));
  const named = { text, at: [start] };
  const left = usesLeft(syntax, { from: 'r', to: 'request' }, { was: named, reverted: named });
  return left.kind === 'uses' ? left.uses.length : left.kind;
}

test.each<[string, string, string, string, number | string]>([
  ['a parameter', 'go', handlers(200), 'r R', 6],
  ['a parameter of a method', 'python', cases(200), 'r):', 8],
  [
    'a local of a function in a block',
    'typescript',
    `{ f(() => { const r = 1; r + r; }) }\n${'h.r(r);\n'.repeat(400)}`,
    'r =',
    2,
  ],
])(
  'the uses of a name that its file has a thousand times are those in its scope: %s',
  async (_, id, text, at, uses) => {
    expect(await usesOf(id, text, at)).toBe(uses);
  },
);

test.each([
  ['in the scope of the file', 'typescript', `const r = 1;\n${'h(r);\n'.repeat(401)}`, 'r ='],
  ['in a function that has it too often itself', 'typescript', `function f(r) {\n${'h(r);\n'.repeat(401)}}`, 'r)'],
  ['which is that of a function', 'typescript', `function r() { r; }\n${'h(r);\n'.repeat(401)}`, 'r() {'],
])('no uses are known of a name that its file has too often, %s', async (_, id, text, at) => {
  expect(await usesOf(id, text, at)).toBe('unknown');
});

test.each([
  ['a member, which a dot tells', 'h.r();', 'h.read();', 1],
  ['what may be a variable', 'h(r, 1);', 'h(read, 1);', 0],
])(
  'where a file has a name too often to know its uses, a change of it is repeated for %s',
  async (_, was, is, count) => {
    const change = changeBetween('f', 0, [was], [is])!;
    const lines = [is, ...'h(r);\n'.repeat(401).split('\n')];
    const before = { lines: [was, ...lines.slice(1)], line: 0 };
    const syntax = await syntaxFor('typescript');
    expect(repeatableOf({ path: 'f', lines, recent: [change] }, [{ change, was: () => before }], syntax)).toHaveLength(
      count,
    );
  },
);
