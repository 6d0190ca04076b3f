import { expect, it, test } from 'vitest';
import { applied, changeBetween } from '../edits/change.ts';
import { goneOnAlike } from './analogy.ts';

/** The file after inserting `line` below the line that begins with `above` and applying the proposal. */
function gone(before: string, above: string, line: string): string {
  const lines = before.split('\n');
  const at = lines.findIndex((text) => text.startsWith(above));
  const last = changeBetween('f', 0, lines, lines.toSpliced(at + 1, 0, line))!;
  const now = applied(lines, last);
  const change = goneOnAlike(now, last);
  return change === null ? 'nothing' : applied(now, change).join('\n');
}

const box = `class Box {
  readonly width: number;
  readonly height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  get area(): number {
    return this.width * this.height;
  }
}`;

it.each([
  [
    'a new field is continued in the parameter and assignment of the constructor',
    [box, '  readonly height', '  readonly depth: number;'],
    box
      .replace('height: number;', 'height: number;\n  readonly depth: number;')
      .replace('height: number)', 'height: number, depth: number)')
      .replace('this.height = height;', 'this.height = height;\n    this.depth = depth;'),
  ],
  [
    'a new field of another type is continued too',
    [box, '  readonly height', '  readonly label: string;'],
    box
      .replace('height: number;', 'height: number;\n  readonly label: string;')
      .replace('height: number)', 'height: number, label: string)')
      .replace('this.height = height;', 'this.height = height;\n    this.label = label;'),
  ],
  [
    'a new name is continued in an array and in an object',
    [
      'x = a1;\nconst one = load(1);\nconst two = load(1);\nuse([one, two], { one, two });',
      'const two',
      'const three = load(1);',
    ],
    'x = a1;\nconst one = load(1);\nconst two = load(1);\nconst three = load(1);\nuse([one, two, three], { one, two, three });',
  ],
  ...(
    [
      ['of Java', 'private final int width;', 'private final int height;', 'private final int depth;'],
      [
        'of C#',
        'readonly Dictionary<int, Box[]> width;',
        'readonly Dictionary<int, Box[]> height;',
        'readonly Dictionary<int, Box[]> depth;',
      ],
      ['of a type of its own', 'final Width width;', 'final Height height;', 'final Depth depth;'],
    ] as const
  ).map(([what, far, near, fresh]): [string, string[], string] => {
    const parameter = (field: string): string => field.replace(/^(?:private )?(?:final|readonly) /, '').slice(0, -1);
    const written = (more: string, list: string, line: string): string => `class Box {
  ${far}
  ${near}${more}
  Box(${parameter(far)}, ${parameter(near)}${list}) {
    this.width = width;
    this.height = height;${line}
  }
}`;
    return [
      `a new field is continued in a parameter whose type stands before its name: ${what}`,
      [written('', '', ''), `  ${near}`, `  ${fresh}`],
      written(`\n  ${fresh}`, `, ${parameter(fresh)}`, '\n    this.depth = depth;'),
    ];
  }),
  [
    'a field in Go is not continued',
    ['type Box struct {\n\tWidth int\n\tHeight int\n}\n\nfunc f() {}', '\tHeight', '\tDepth int'],
    'nothing',
  ],
  [
    'a field that is continued already is left alone',
    [
      box.replace('this.height = height;', 'this.height = height;\n    this.depth = 1;'),
      '  readonly height',
      '  readonly depth: number;',
    ],
    'nothing',
  ],
  ['a line unlike its neighbours is not continued', [box, '  readonly height', '  private x = new Map();'], 'nothing'],
  [
    'a list of members is not continued, as it may be a sum',
    [
      `${box.slice(0, 62)}\n  f() {\n    g(this.width, this.height);\n  }\n}`,
      '  readonly height',
      '  readonly depth: number;',
    ],
    'nothing',
  ],
])('%s', (_, [before, above, line], expected) => {
  expect(gone(before!, above!, line!)).toBe(expected);
});

test('a new parameter is continued in its assignment and in the call of the base constructor', () => {
  const before = [
    'class Box(Shape):',
    '    def __init__(self, width, height):',
    '        super().__init__(width, height)',
    '        self.width = width',
    '        self.height = height',
    '',
    'area(width, height)',
  ];
  const last = changeBetween('f', 0, before, before.with(1, '    def __init__(self, width, height, depth):'))!;
  const now = applied(before, last);
  expect(applied(now, goneOnAlike(now, last)!).slice(2)).toEqual([
    '        super().__init__(width, height, depth)',
    '        self.width = width',
    '        self.height = height',
    '        self.depth = depth',
    '',
    'area(width, height)',
  ]);
});
