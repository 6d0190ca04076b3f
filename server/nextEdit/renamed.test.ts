import { describe, expect, it, test } from 'vitest';
import { applied, changeBetween, type LineChange } from '../edits/change.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { renamedUses, repeatableOf } from './renamed.ts';

/** The file after a change of `before` and all proposals that follow, one after the other. */
function followed(before: string, [from, to]: readonly [string, string]): { text: string; steps: number } {
  let lines = before.split('\n');
  const last = changeBetween('f', 0, lines, before.replace(from, to).split('\n'))!;
  lines = applied(lines, last);
  let steps = 0;
  const was = () => ({ lines: before.split('\n'), line: last.line });
  const next = (): LineChange | null => renamedUses(lines, { change: last, was }, null);
  for (let change = next(); change !== null; change = next()) {
    lines = applied(lines, change);
    steps++;
  }
  return { text: lines.join('\n'), steps };
}

it.each([
  ['with time for all', 100, 2],
  ['with time for one', 101, 1],
])('renames of members are repeatable if there is time to check them: %s', (_, tookMs, count) => {
  const lines = ['a.nth(0);', 'b.at(0);', 'a.first();', 'b.head();'];
  const [at, head] = [
    changeBetween('f', 0, ['a.at(0);'], ['a.nth(0);'])!,
    changeBetween('f', 2, ['a.head();'], ['a.first();'])!,
  ];
  const own = [at, head].map((change) => ({ change, was: () => ({ lines, line: change.line }) }));
  const clock = [0, 0, tookMs];
  const repeatable = repeatableOf({ path: 'f', lines, recent: [at, head] }, own, null, { nowMs: () => clock.shift()! });
  expect(repeatable).toEqual([at, head].slice(0, count));
});

test.each([
  ['app.use()', 'hub.use()', 0],
  ['f(app, { app, k: app })', 'f(hub, { app: hub, k: hub })', 0],
  ['app.app(app)', 'hub.app(hub)', 0],
  ['f(app)', 'f(hub, 1)', 1],
  ['f(app)', 'f(bus)', 1],
])('what followed from the rename of a variable is not repeated: "%s" by "%s"', (before, after, count) => {
  const recent = [changeBetween('f', 0, [before, '}'], [after, '}'])!];
  const followed = new Set(['f\0app\0hub']);
  expect(repeatableOf({ path: 'f', lines: [after, '}'], recent }, [], null, { followed })).toHaveLength(count);
});

test.each([
  ['    val w = g(w)', '    val width = g(w)'],
  ['    val w = o.w', '    val width = o.w'],
  ['    fun w() = w', '    fun width() = w'],
])('a declaration that uses its name is none of a member: "%s"', (before, after) => {
  const lines = [after, '}', 'fun h() {', '    f(w)'];
  const change = changeBetween('f', 0, [before], [after])!;
  const own = [{ change, was: () => ({ lines: [before, ...lines.slice(1)], line: 0 }) }];
  expect(repeatableOf({ path: 'f', lines, recent: [change] }, own, null)).toEqual([]);
});

test.each([
  ['ruby', 1],
  ['kotlin', 1],
  ['scala', 1],
])(
  'a use that was replaced may be another thing everywhere, where scopes do not tell: in %s',
  async (language, count) => {
    const [before, after] = ['load(app)', 'load(hub)'];
    const lines = [after, 'start(app)'];
    const change = changeBetween('f', 0, [before], [after])!;
    const own = [{ change, was: () => ({ lines: [before, ...lines.slice(1)], line: 0 }) }];
    const syntax = await syntaxFor(language);
    expect(repeatableOf({ path: 'f', lines, recent: [change] }, own, syntax)).toHaveLength(count);
  },
);

describe('uses of a renamed name, without a grammar', () => {
  it.each<[string, string, readonly [string, string], string | null]>([
    [
      'for a parameter in Python',
      'def f(w, h):\n    if w < 0:\n        raise ValueError("w < 0")\n\n    return w * h\n\nw = 3',
      ['(w', '(width'],
      'def f(width, h):\n    if width < 0:\n        raise ValueError("w < 0")\n\n    return width * h\n\nw = 3',
    ],
    [
      'for a parameter in TypeScript, not a member of that name',
      'export function f(url: string) {\n  log("at " + url + " url");\n  return get(url, this.url);\n}\nurl();',
      ['(url', '(address'],
      'export function f(address: string) {\n  log("at " + address + " url");\n  return get(address, this.url);\n}\nurl();',
    ],
    [
      'for a parameter of a method in Go',
      'func (s *Server) Get(w int) error {\n\treturn s.w(w)\n}\n',
      ['(w int', '(width int'],
      'func (s *Server) Get(width int) error {\n\treturn s.w(width)\n}\n',
    ],
    [
      'not for a parameter in a signature of several lines',
      'function f(\n  a: number,\n  w: number,\n): number {\n  return a * w;\n}\nw;',
      ['  w:', '  width:'],
      null,
    ],
    [
      'for a local variable within its block',
      'function f() {\n  const w = 1;\n  g(w);\n}\ng(w);',
      ['const w', 'const width'],
      'function f() {\n  const width = 1;\n  g(width);\n}\ng(w);',
    ],
    [
      'for a variable whose value is a member of that name',
      'fun f(o: O) {\n    val w = o.w\n    g(w, o.w)\n}',
      ['val w', 'val width'],
      'fun f(o: O) {\n    val width = o.w\n    g(width, o.w)\n}',
    ],
    [
      'not where its value is another of that name',
      'fun f() {\n    val w = g(w)\n    h(w)\n}',
      ['val w', 'val width'],
      null,
    ],
    [
      'not for a word of a comment',
      '    val wide = 1\n    // as wide as\n    f(wide)\n    /**\n     * is wide\n     */\n    g(wide)',
      ['val wide', 'val width'],
      '    val width = 1\n    // as wide as\n    f(width)\n    /**\n     * is wide\n     */\n    g(width)',
    ],
    ['not for an argument of a call', 'f(w)\n  g(w)', ['(w', '(width'], null],
    ['not for a condition', 'if (w) {\n  g(w);\n}', ['(w', '(width'], null],
    ['not for a member', 'this.w = 1;\nlet b = w;', ['.w', '.width'], null],
    ['not where the block has the new name', 'def f(w, h):\n    return w * h', ['(w', '(h'], null],
    ['not where the block has it further down', 'def f(w):\n    h = 1\n    return w', ['(w', '(h'], null],
    ['not for a type beside the name', 'def f(w: Box):\n    Box(w)', [': Box', ': Bag'], null],
    ['not for a type in Go', 'func f(w Box) {\n\tBox{w}\n}', ['w Box', 'w Bag'], null],
    ['not for a type in Java', 'void f(Box w) {\n  new Box(w);\n}', ['(Box', '(Bag'], null],
  ])('are replaced %s', (_, before, edit, expected) => {
    expect(followed(before, edit).text).toBe(expected ?? before.replace(...edit));
  });

  it('are replaced region by region', () => {
    const before = `def f(w):\n${'    g(w)\n'.repeat(20)}`;
    expect(followed(before, ['(w', '(width']).steps).toBe(3);
  });
});
