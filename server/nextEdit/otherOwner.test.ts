import { describe, expect, test } from 'vitest';
import { languageIdOf } from '../languages/languageId.ts';
import { EditorWindow } from './testing.ts';

const uri = (of: string): string => `file:///w/${of}`;
const ask = (window: EditorWindow, of: string, at: string) =>
  window.ask(at, { of: uri(of), languageId: languageIdOf(of) });

/** A window with a file in which `»w«` was renamed to `width` and all offers were accepted. */
async function renamedIn([path, marked]: readonly [string, string]): Promise<EditorWindow> {
  const window = new EditorWindow();
  window.learnedEdits = false;
  window.close();
  window.open(uri(path), marked.replaceAll(/[»«]/g, ''));
  const start = marked.indexOf('»');
  window.edit(start, marked.indexOf('«') - 1, 'width', uri(path));
  for (let { edit } = await ask(window, path, 'width'); edit !== null; { edit } = await ask(window, path, 'width')) {
    window.edit(edit.start, edit.end, edit.text, uri(path));
    window.edits.accepted(edit.id);
  }
  return window;
}

/** The file `path` with its first offer, after a rename in another file; null for none. */
async function offered(
  declared: readonly [string, string],
  [path, text]: readonly [string, string],
  ...made: readonly [string, string][]
): Promise<string | null> {
  const window = await renamedIn(declared);
  window.close(uri(declared[0]));
  window.open(uri(path), text);
  for (const [before, after] of made) window.replace(before, after, uri(path));
  const { edit } = await ask(window, path, made.at(-1)?.[1] ?? 'w');
  if (edit === null) return null;
  const now = window.documents.get(uri(path))!.getText();
  return (now.slice(0, edit.start) + edit.text + now.slice(edit.end)).trimEnd();
}

const TS: [string, string] = [
  'src/area.ts',
  'export interface Area {\n  »wide«: number;\n}\n\nexport const g = (a: Area) => a.wide;\n',
];
const JAVA: [string, string] = [
  'a/Area.java',
  'public class Area {\n  public int »wide«() {\n    return 1;\n  }\n\n  int f() {\n    return this.wide();\n  }\n}\n',
];
const GO: [string, string] = [
  'area/area.go',
  'package area\n\ntype Area struct {\n\t»Wide« int\n}\n\nfunc (m Area) f() int {\n\treturn m.Wide\n}\n',
];

describe('the rename of a member at its declaration is offered in another file', () => {
  test.each<[string, [string, string], [string, string], string]>([
    [
      'after a dot, where that speaks of its type',
      TS,
      ['src/b.ts', "import type { Area } from './area';\nconst f = (a: Area) => a.wide;"],
      "import type { Area } from './area';\nconst f = (a: Area) => a.width;",
    ],
    [
      'by a constructor’s parameter',
      [
        'src/area.ts',
        'export class Area {\n  constructor(\n    readonly »wide«: number,\n  ) {}\n\n  f() {\n    return this.wide;\n  }\n}\n',
      ],
      ['src/b.ts', "import { Area } from './area';\nprint(new Area(1).wide);"],
      "import { Area } from './area';\nprint(new Area(1).width);",
    ],
    [
      'by a type of its own that is one of it',
      TS,
      [
        'src/b.ts',
        "import type { Area } from './area';\ninterface B extends Area {\n  wide: 1;\n}\nconst f = (b: B) => b.wide;",
      ],
      "import type { Area } from './area';\ninterface B extends Area {\n  wide: 1;\n}\nconst f = (b: B) => b.width;",
    ],
    [
      'of a type that is exported behind it',
      [
        'src/area.ts',
        'interface Area {\n  »wide«(): number;\n}\n\nconst g = (a: Area) => a.wide();\nexport type { Area };\n',
      ],
      ['src/b.ts', "import type { Area } from './area';\nconst f = (a: Area) => a.wide();"],
      "import type { Area } from './area';\nconst f = (a: Area) => a.width();",
    ],
    [
      'where a function in it is called',
      ['src/area.ts', 'export interface Area {\n  »wide«: () => number;\n}\n\nconst g = (a: Area) => a.wide();\n'],
      ['src/b.ts', "import type { Area } from './area';\nconst f = (a: Area) => a.wide();"],
      "import type { Area } from './area';\nconst f = (a: Area) => a.width();",
    ],
    [
      'in Java',
      JAVA,
      ['a/B.java', 'class B {\n  int f(Area a) {\n    return a.wide();\n  }\n}'],
      'class B {\n  int f(Area a) {\n    return a.width();\n  }\n}',
    ],
    [
      'where a type is one of it',
      JAVA,
      ['a/B.java', 'class B extends Area {\n  @Override\n  public int wide() {\n    return 2;\n  }\n}'],
      'class B extends Area {\n  @Override\n  public int width() {\n    return 2;\n  }\n}',
    ],
    [
      'in another package of Go',
      GO,
      ['b/b.go', 'package b\n\nfunc f(a area.Area) int {\n\treturn a.Wide\n}'],
      'package b\n\nfunc f(a area.Area) int {\n\treturn a.width\n}',
    ],
    [
      'in a literal of its type, in Go',
      ['area/area.go', 'package area\n\ntype Area struct {\n\t»Wide« int\n}\n'],
      ['area/b.go', 'package area\n\nfunc f() Area {\n\treturn Area{\n\t\tWide: 1,\n\t}\n}'],
      'package area\n\nfunc f() Area {\n\treturn Area{\n\t\twidth: 1,\n\t}\n}',
    ],
  ])('%s', async (_, declared, used, expected) => {
    expect(await offered(declared, used)).toBe(expected);
  });

  test('where the person renamed a use in it', async () => {
    const text = 'const f = (a) => a.wide;\n\nconst g = (b) => b.wide;';
    expect(await offered(TS, ['src/b.ts', text], ['a.wide', 'a.width'])).toBe(text.replaceAll('wide', 'width'));
  });

  test('where two other files have a key of a literal renamed', async () => {
    const key: [string, string] = ['src/a.ts', 'export const all = {\n  »wide«: 1,\n  high: 2,\n};\n'];
    const text = 'const a = f({\n  wide: 1,\n});\n\nconst b = f({\n  wide: 2,\n});';
    expect(await offered(key, ['src/b.ts', text])).toBeNull();
    expect(await offered(key, ['src/b.ts', text], ['wide', 'width'])).toBe(text.replaceAll('wide', 'width'));
  });
});

test.each<[string, [string, string], [string, string]]>([
  ['that does not speak of its type', TS, ['src/b.ts', 'const f = (a) => a.wide;']],
  ['that has a type of that name itself', TS, ['src/b.ts', 'class Area {\n  f(o) {\n    return o.wide;\n  }\n}']],
  [
    'that declares another one',
    JAVA,
    ['a/B.java', 'class B {\n  private Area area;\n\n  public int wide() {\n    return 2;\n  }\n}'],
  ],
  [
    'that has one of its own',
    TS,
    ['src/b.ts', "import { Area } from './area';\nconst o = {\n  f(a: Area) {\n    return this.wide;\n  },\n};"],
  ],
  [
    'that speaks of it in a comment',
    ['area/area.go', 'package area\n\nfunc (m *Area) »SetWide«(w int) {}\n'],
    ['area/b.go', 'package area\n\n// SetWide is of Area.\nfunc f() {}'],
  ],
  [
    'that declares another one, after a line of the preprocessor',
    ['Area.cs', 'class Area\n{\n#if NET\n    public int »Wide«()\n    {\n        return 1;\n    }\n#endif\n}\n'],
    ['B.cs', 'class B\n{\n    public int Wide()\n    {\n        return 2;\n    }\n}'],
  ],
  [
    'that does not see it',
    ['a/Area.java', 'public class Area {\n  private final Log »wide« = Log.of();\n}\n'],
    [
      'a/B.java',
      'class B extends Area {\n  private final Log wide = Log.of();\n\n  void f() {\n    wide.info(1);\n  }\n}',
    ],
  ],
  [
    'with a variable of that name',
    JAVA,
    ['a/B.java', 'class B {\n  int f(Area area) {\n    int wide = area.of();\n    return wide;\n  }\n}'],
  ],
  [
    'of another package that has such a type, in Go',
    GO,
    ['b/b.go', 'package b\n\nfunc f(a other.Area) int {\n\treturn a.Wide\n}'],
  ],
  [
    'where one of another type has it, in Go',
    GO,
    ['area/b.go', 'package area\n\nvar none Area\n\nfunc f(b *B, c other.Area) int {\n\treturn b.Wide + c.Wide\n}'],
  ],
  ['where it is called, in Go', GO, ['area/b.go', 'package area\n\nfunc f(a Area) int {\n\treturn a.of().Wide()\n}']],
  [
    'where it is called',
    TS,
    ['src/b.ts', "import type { Area } from './area';\nconst f = (a: Of<Area>) => a.b.wide();"],
  ],
  [
    'where a package has it',
    TS,
    ['src/b.ts', "import * as z from 'zod';\nimport type { Area } from './area';\nconst a: Area = z.wide;"],
  ],
  [
    'where the language has it',
    TS,
    ['src/b.ts', "import type { Area } from './area';\nconst f = (a: Area) => Object.wide;"],
  ],
  [
    'where one of its own types has it',
    TS,
    ['src/b.ts', "import type { Area } from './area';\ninterface B {\n  wide: Area;\n}\nconst f = (b: B) => b.wide;"],
  ],
  [
    'that speaks of a type of that name, as its own is not exported',
    [
      'src/area.ts',
      "import './a';\n\ninterface Area {\n  »wide«: number;\n}\n\nexport const g = (a: Area) => a.wide;\n",
    ],
    ['src/b.ts', "import type { Area } from './other';\nconst f = (a: Area) => a.wide;"],
  ],
  [
    'of another package, where no other sees it, in Go',
    [
      'area/area.go',
      'package area\n\ntype Area struct {\n\t»wide« int\n}\n\nfunc (m Area) f() int {\n\treturn m.wide\n}\n',
    ],
    ['b/b.go', 'package b\n\nfunc f(a area.Area, b B) int {\n\treturn b.wide\n}'],
  ],
  [
    'where a constant of a package was renamed, in Go',
    ['area/area.go', 'package area\n\nconst (\n\t»Wide« Kind = "wide"\n)\n'],
    ['b/b.go', 'package b\n\nconst (\n\tWide Kind = "wide"\n)'],
  ],
])('it is not offered in a file %s', async (_, declared, used) => {
  expect(await offered(declared, used)).toBeNull();
});

test('it is not offered in its own file where it is called, in Go', async () => {
  const text = `package area

type Area struct {
\t»Err« error
}

func f(a *Area) string {
\tprint(a.Err)
\treturn of(a).Err.Err()
}
${'\n'.repeat(30)}
func g() error {
\treturn of(nil).Err
}
`;
  const window = await renamedIn(['a.go', text]);
  const now = window.documents.get(uri('a.go'))!.getText();
  expect(now).toContain('return of(nil).width\n');
  expect(now).toContain('return of(a).width.Err()');
});

test('a line as long as a file does not hold an answer up', async () => {
  const text = `import type { Area } from './area';\nconst f = (a: Area) => a.wide;\nclass B extends Area ${'<'.repeat(300_000)}`;
  const startMs = performance.now();
  await offered(TS, ['src/b.ts', text]);
  expect(performance.now() - startMs).toBeLessThan(10_000);
});

test.each([
  ['a union of sets', 'Set<a> | '.repeat(40)],
  ['words with nothing between', "'a' ".repeat(40)],
])('nor does the type of a field: %s', async (_, types) => {
  const declared = `export interface Area {\n  »wide«: ${types}?;\n}\n\nexport const g = (a: Area) => a.wide;\n`;
  const startMs = performance.now();
  await offered(['src/area.ts', declared], ['src/b.ts', 'a.wide;']);
  expect(performance.now() - startMs).toBeLessThan(10_000);
});
