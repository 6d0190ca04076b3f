import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { applied, changeBetween, type LineChange } from '../edits/change.ts';
import { type LineEdit, linesOf } from '../edits/lineEdit.ts';
import { RecentEdits } from '../edits/recentEdits.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { renamedUses } from './renamed.ts';
import { renamedElsewhere } from './renamedElsewhere.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A file that a person and the rule change, one edit after the other. */
class Edited {
  readonly recent = new RecentEdits({ nowMs: () => 0, onLeftOut: () => {} });
  lines: readonly string[];
  steps = 0;

  constructor(text: string) {
    this.lines = linesOf(text);
  }

  make(change: LineChange): void {
    const edit: LineEdit = { kind: 'lines', ...change };
    this.recent.settle('f');
    this.recent.edited('f', 'f', edit);
    this.lines = applied(this.lines, change);
  }

  replace(from: string, to: string): void {
    this.make(changeBetween('f', 0, this.lines, linesOf(this.lines.join('\n').replace(from, to)))!);
  }

  /** Applies the rule's proposals until there are no more. */
  async follow(languageId: string): Promise<string> {
    const syntax = await syntaxFor(languageId);
    const next = (): LineChange | null =>
      this.recent
        .newestIn('f', this.lines, 8)
        .map((own) => renamedUses(this.lines, own, syntax))
        .find((change) => change !== null) ?? null;
    for (let change = next(); change !== null; change = next()) {
      this.make(change);
      if (++this.steps > 20) throw new Error('it goes on and on');
    }
    return this.lines.join('\n');
  }
}

describe('a renamed name', () => {
  /** `»old«` is replaced by the new name; the last column is the resulting file, or null if nothing follows. */
  it.each<[string, string, string, string, string | null]>([
    [
      'within its scope, not where a parameter or a local has the same name',
      'typescript',
      'function f(»w«: number) {\n  const g = (w: number) => w;\n  { const w = 1; g(w); }\n  return g(w);\n}\ng(w);',
      'width',
      'function f(width: number) {\n  const g = (w: number) => w;\n  { const w = 1; g(w); }\n  return g(width);\n}\ng(w);',
    ],
    [
      'not where the new name is a parameter already',
      'typescript',
      'function f(»w«: number, h: number) {\n  return w * h;\n}',
      'h',
      null,
    ],
    [
      'when the new name is a keyword elsewhere',
      'typescript',
      'function f(»r«: Span) {\n  return r.to - r.from;\n}',
      'range',
      'function f(range: Span) {\n  return range.to - range.from;\n}',
    ],
    [
      'when the old name is a keyword elsewhere',
      'python',
      'def f(»match«, type):\n    return g(match, type)',
      'found',
      'def f(found, type):\n    return g(found, type)',
    ],
    ['not while the new name is a keyword here', 'typescript', 'const »w« = 1;\ng(w);', 'in', null],
    ['not when a keyword was replaced by another', 'typescript', '»let« w = 1;\nlet h = w;', 'const', null],
    ['not where the new name is a local already', 'python', 'def f(»w«):\n    h = 1\n    return w * h', 'h', null],
    [
      'not where the new name exists in an outer scope',
      'python',
      'scale = 2\ndef f(»w«):\n    return w * scale',
      'scale',
      null,
    ],
    ['not where the new name is a builtin', 'python', 'def f(»w«):\n    return len(w)', 'len', null],
    [
      'not where a scope in between has the new name',
      'typescript',
      'const »w« = 1;\nfunction f(h: number) {\n  return w * h;\n}',
      'h',
      null,
    ],
    [
      'where only an unrelated scope has the new name',
      'typescript',
      'function f(»w«: number) {\n  return w;\n}\nfunction g(h: number) {\n  return h;\n}',
      'h',
      'function f(h: number) {\n  return h;\n}\nfunction g(h: number) {\n  return h;\n}',
    ],
    [
      'where an inner scope has the new name and does not use the old one',
      'typescript',
      'function f(»w«: number[]) {\n  return w.map((h) => h);\n}',
      'h',
      'function f(h: number[]) {\n  return h.map((h) => h);\n}',
    ],
    [
      'keeping the name of a member',
      'typescript',
      'function f(»w«: number) {\n  g({ w, k: w, w: 1 });\n  return this.w + w;\n}',
      'width',
      'function f(width: number) {\n  g({ w: width, k: width, w: 1 });\n  return this.w + width;\n}',
    ],
    [
      'keeping the name of an argument',
      'python',
      'def f(»w«, h):\n    """w is a width"""\n    return g(w=w, h=h.w, s=f"{w} w")',
      'width',
      'def f(width, h):\n    """w is a width"""\n    return g(w=width, h=h.w, s=f"{width} w")',
    ],
    [
      'in a signature of several lines',
      'typescript',
      'function f(\n  a: number,\n  »w«: number,\n): number {\n  return a * w;\n}',
      'width',
      'function f(\n  a: number,\n  width: number,\n): number {\n  return a * width;\n}',
    ],
    [
      'where it is used before its declaration',
      'python',
      'def f():\n    return area(1)\n\ndef »area«(w):\n    return w\n\narea(2)',
      'surface',
      'def f():\n    return surface(1)\n\ndef surface(w):\n    return w\n\nsurface(2)',
    ],
    [
      'when a variable is renamed at its first assignment',
      'python',
      '»w« = 1\nw = w + 1\nprint(w)',
      'width',
      'width = 1\nwidth = width + 1\nprint(width)',
    ],
    ['not when a variable is renamed at a later assignment', 'python', 'w = 1\n»w« = 2\nprint(w)', 'width', null],
    [
      'when an import is renamed',
      'typescript',
      "import { »area« } from './area';\nconst x = area(1);",
      'surface',
      "import { surface } from './area';\nconst x = surface(1);",
    ],
    [
      'in Go, up to a redeclaration in a block',
      'go',
      'package p\n\nfunc f(»w« int) int {\n\tif w > 1 {\n\t\tw := w * 2\n\t\treturn w\n\t}\n\treturn s.w + w\n}',
      'width',
      'package p\n\nfunc f(width int) int {\n\tif width > 1 {\n\t\tw := width * 2\n\t\treturn w\n\t}\n\treturn s.w + width\n}',
    ],
    [
      'in Go, not to a name that is in use',
      'go',
      'package p\n\nfunc f(»w« int) int {\n\th, err := g(w)\n\treturn h\n}',
      'err',
      null,
    ],
    [
      'in Rust, until the name is bound again',
      'rust',
      'fn f(»w«: i32) -> P {\n    let x = w;\n    let w = w + 1;\n    P { w, x }\n}',
      'width',
      'fn f(width: i32) -> P {\n    let x = width;\n    let w = width + 1;\n    P { w, x }\n}',
    ],
    [
      'in Rust, from where the name is bound again',
      'rust',
      'fn f(w: i32) -> P {\n    let »w« = w + 1;\n    P { w, x: w }\n}',
      'width',
      'fn f(w: i32) -> P {\n    let width = w + 1;\n    P { w: width, x: width }\n}',
    ],
    [
      'in Java, not for a field',
      'java',
      'class C {\n  int w;\n  int f(int »w«) {\n    this.w = w;\n    return g(w, x -> w * x);\n  }\n  int h() {\n    return w;\n  }\n}',
      'width',
      'class C {\n  int w;\n  int f(int width) {\n    this.w = width;\n    return g(width, x -> width * x);\n  }\n  int h() {\n    return w;\n  }\n}',
    ],
    [
      'in Java, not to the name of a field in use',
      'java',
      'class C {\n  int h;\n  int f(int »w«) {\n    return w * h;\n  }\n}',
      'h',
      null,
    ],
    [
      'in C, not for a field',
      'c',
      'int f(int »w«) {\n  return w * s->w;\n}\nint g(int w) { return w; }',
      'width',
      'int f(int width) {\n  return width * s->w;\n}\nint g(int w) { return w; }',
    ],
    [
      'as the value of a member of the same name, in C#',
      'csharp',
      'class A {\n  object F(int »y«) {\n    G(y);\n    return new { y = y, z = y + 1 };\n  }\n}',
      'height',
      'class A {\n  object F(int height) {\n    G(height);\n    return new { y = height, z = height + 1 };\n  }\n}',
    ],
    [
      'in C#, not for a property',
      'csharp',
      'class C {\n  int F(int »w«) {\n    var p = new P { w = w };\n    return G(w: w) + p.w;\n  }\n}',
      'width',
      'class C {\n  int F(int width) {\n    var p = new P { w = width };\n    return G(w: width) + p.w;\n  }\n}',
    ],
    [
      'in C#, not to the name of a field',
      'csharp',
      'class C {\n  int h;\n  int F(int »w«) {\n    return w * h;\n  }\n}',
      'h',
      null,
    ],
    [
      'in PHP, also in strings',
      'php',
      '<?php\nfunction f(»$w«) {\n  return $w . "{$w} w" . $this->w;\n}\n$w = 1;',
      '$width',
      '<?php\nfunction f($width) {\n  return $width . "{$width} w" . $this->w;\n}\n$w = 1;',
    ],
    ['not for a type beside the name', 'python', 'def f(w: »Box«):\n    return Box(w)', 'Bag', null],
    ['not for a condition', 'typescript', 'if (»w«) {\n  g(w);\n}', 'width', null],
  ])('is followed %s', async (_, languageId, marked, to, expected) => {
    const from = /»(.*)«/.exec(marked)![1]!;
    const edited = new Edited(marked.replace(/[»«]/g, ''));
    const at = marked.slice(0, marked.indexOf('»')).split('\n');
    const [line, column] = [at.length - 1, at.at(-1)!.length];
    const was = edited.lines[line]!;
    edited.make({
      path: 'f',
      line,
      before: [was],
      after: [was.slice(0, column) + to + was.slice(column + from.length)],
    });
    const before = edited.lines.join('\n');
    expect(await edited.follow(languageId)).toBe(expected ?? before);
  });

  it('is followed region by region, and new names from one region do not block the next', async () => {
    const edited = new Edited(`def f(w):\n    w = w or 1\n${'    g(w)\n'.repeat(20)}`);
    edited.replace('(w)', '(width)');
    expect(await edited.follow('python')).toBe(`def f(width):\n    width = width or 1\n${'    g(width)\n'.repeat(20)}`);
    expect(edited.steps).toBe(3);
  });

  it('is followed when it is renamed again', async () => {
    const edited = new Edited('def f(w):\n    return w');
    edited.replace('(w)', '(width)');
    await edited.follow('python');
    edited.replace('(width)', '(wide)');
    expect(await edited.follow('python')).toBe('def f(wide):\n    return wide');
  });

  it.each<[string, string, string, string, string]>([
    [
      'nonlocal in Python',
      'python',
      `def f():\n  count = 0\n  def g():\n    nonlocal count\n${'    x = 1\n'.repeat(30)}    count += 1\n  g()\n  return count`,
      'count = 0',
      'total = 0',
    ],
    [
      'global in Python',
      'python',
      `count = 0\ndef g():\n  global count\n${'  x = 1\n'.repeat(30)}  count += 1\n`,
      'count = 0',
      'total = 0',
    ],
    [
      'use in PHP',
      'php',
      `<?php\nfunction f($count) {\n  return function () use ($count) {\n${'    g();\n'.repeat(30)}    return $count;\n  };\n}`,
      '($count)',
      '($total)',
    ],
  ])('is followed to the end from %s, also where it is far from the use', async (_, language, text, from, to) => {
    const edited = new Edited(text);
    edited.replace(from, to);
    expect(await edited.follow(language)).toBe(text.replaceAll('count', 'total'));
    expect(edited.steps).toBeGreaterThan(1);
  });

  it('is followed by block in a text that takes too long to parse', async () => {
    vi.restoreAllMocks();
    const edited = new Edited(`def f(w):\n    return w\n${'x = [1, 2, 3]\n'.repeat(200_000)}`);
    edited.replace('(w)', '(width)');
    edited.lines = edited.lines.slice();
    const own = edited.recent.newestIn('f', edited.lines, 8)[0]!;
    const change = renamedUses(edited.lines, own, await syntaxFor('python'));
    expect(change).toMatchObject({ line: 1, after: ['    return width'] });
  });

  it.each([
    ['a private member', 'constructor(w: number) {\n  this.#w = w;\n}'],
    ['a key of a literal', 'function f(w: number) {\n  return { w, h: w };\n}'],
  ])('is not followed by block where %s may have it, on a machine too busy to parse', async (_, text) => {
    const syntax = (await syntaxFor('typescript'))!;
    vi.spyOn(syntax, 'names').mockReturnValue(null);
    const edited = new Edited(text);
    edited.replace('(w', '(width');
    expect(renamedUses(edited.lines, edited.recent.newestIn('f', edited.lines, 8)[0]!, syntax)).toBeNull();
  });
});

describe('a name that another file renamed', () => {
  const renamed: LineChange = {
    path: 'area.ts',
    line: 0,
    before: ['export function area(w: number) {'],
    after: ['export function surface(w: number) {'],
  };

  test.each<[string, string, number, string | null]>([
    [
      'where it is imported',
      "import { area } from './area';\nconst x = area(1);",
      0,
      "0: import { surface } from './area';",
    ],
    ['not where the new name is imported already', "import { surface } from './area';\nconst x = area(1);", 1, null],
    ['nearest to the cursor', "import { area } from './area';\nconst x = area(1);", 1, '1: const x = surface(1);'],
    ['not in a file with such a name of its own', 'const area = 1;\nf(area);', 1, null],
    [
      'except where a parameter has the name',
      "import { area } from './area';\nconst f = (area: number) =>\n  area + 1;",
      2,
      "0: import { surface } from './area';",
    ],
    [
      'through an alias in this file',
      "import { area as a } from './area';\na(1);",
      1,
      "0: import { surface as a } from './area';",
    ],
    ['not where the new name is taken', "import { area } from './area';\nconst surface = area(1);", 1, null],
    [
      'where the new name is taken only in another scope',
      "import { area } from './area';\nconst f = (surface: number) => surface;\narea(1);",
      2,
      '2: surface(1);',
    ],
    [
      'not where an inner name would capture it',
      "import { area } from './area';\nconst f = (surface: number) =>\n  area(surface);",
      2,
      null,
    ],
    ['not without an import', 'area(1);', 0, null],
  ])('is followed %s', async (_, text, cursor, expected) => {
    const file = { path: 'uses.ts', lines: linesOf(text), recent: [renamed] };
    const change = renamedElsewhere(file, cursor, await syntaxFor('typescript'));
    expect(change === null ? null : `${change.line}: ${change.after[0]}`).toBe(expected);
  });

  test('is followed further when one use has its new name already', async () => {
    const text = "import { surface } from './area';\nconst x = area(1);";
    const here: LineChange = {
      path: 'uses.ts',
      line: 0,
      before: ["import { area } from './area';"],
      after: ["import { surface } from './area';"],
    };
    const file = { path: 'uses.ts', lines: linesOf(text), recent: [renamed, here] };
    expect(renamedElsewhere(file, 0, await syntaxFor('typescript'))?.after).toEqual(['const x = surface(1);']);
  });

  test('is followed in Go without an import', async () => {
    const go: LineChange = {
      ...renamed,
      path: 'area.go',
      before: ['func area(w int) int {'],
      after: ['func surface(w int) int {'],
    };
    const file = { path: 'uses.go', lines: ['package p', 'func f() int {', '\treturn area(1)', '}'], recent: [go] };
    expect(renamedElsewhere(file, 0, await syntaxFor('go'))?.after).toEqual(['\treturn surface(1)']);
  });
});
