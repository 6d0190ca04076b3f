import { expect, test } from 'vitest';
import { beginningsOf } from './files.ts';

test('a file is begun behind its notice, at every stage with the line that follows', () => {
  const body = ['package a;', '', 'import b;', ...Array.from({ length: 12 }, (_, i) => `int v${i};`)];
  const begun = beginningsOf('src/A.java', `// Copyright\n\n${body.join('\r\n')}\n`);
  expect(begun.map(({ stage, there, next }) => [stage, there.length, next])).toEqual([
    ['nothing', 0, 'package a;'],
    ['3 characters', 3, 'kage a;'],
    ['1 line', 11, 'import b;'],
    ['3 lines', 22, 'int v0;'],
    ['10 lines', 78, 'int v7;'],
  ]);
  expect(begun[0]).toMatchObject({ path: 'src/A.java', languageId: 'java' });
});

test('a file of few lines, or of notices alone, has no beginning', () => {
  expect(beginningsOf('a.ts', 'const a = 1;\n')).toEqual([]);
  expect(beginningsOf('a.ts', '// nothing\n'.repeat(50))).toEqual([]);
});
