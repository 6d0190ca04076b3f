import { expect, test } from 'vitest';
import type { LineChange } from '../edits/change.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { mayBeFrom } from './importsFrom.ts';
import { renamedElsewhere } from './renamedElsewhere.ts';

/** A declaration's path, its line and its new name; then another file's path and text. */
type Elsewhere = readonly [path: string, line: string, to: string, used: string, text: string];

async function followed(languageId: string, [path, line, to, used, text]: Elsewhere): Promise<LineChange | null> {
  const name = /(?:function|def|struct|func) (\w+)/.exec(line)![1]!;
  const renamed: LineChange = { path, line: 0, before: [line], after: [line.replace(name, to)] };
  const file = { path: used, lines: text.split('\n'), recent: [renamed] };
  return renamedElsewhere(file, 0, await syntaxFor(languageId));
}

test.each<[string, Elsewhere]>([
  [
    'typescript',
    [
      'src/text.ts',
      'export function join(a: string) {',
      'concat',
      'src/other.ts',
      "import { join } from 'node:path';\njoin('a');",
    ],
  ],
  [
    'typescript',
    [
      'src/text.ts',
      'export function join(a: string) {',
      'concat',
      'src/other.ts',
      "import { join as j } from './paths';\nj('a');",
    ],
  ],
  [
    'typescript',
    [
      'src/text.ts',
      '  function parse(a: string) {',
      'parseText',
      'src/other.ts',
      "import { parse } from './json';\nparse('a');",
    ],
  ],
  ['python', ['src/text.py', '    def join(self):', 'concat', 'src/other.py', 'from os.path import join\njoin(a)']],
  ['python', ['src/text.py', '    def join(self):', 'concat', 'src/other.py', 'from text import join\njoin(a)']],
  ['python', ['src/text.py', 'def join(a):', 'concat', 'src/other.py', 'import join\njoin(a)']],
  [
    'rust',
    ['src/text.rs', 'pub struct Display {', 'Screen', 'src/a.rs', 'use std::fmt::Display;\nfn f(d: &dyn Display) {}'],
  ],
  [
    'rust',
    [
      'src/text.rs',
      'pub struct Display {',
      'Screen',
      'src/a.rs',
      'use std::fmt::{self, Display};\nfn f(d: Display) {}',
    ],
  ],
  ['go', ['a/a.go', 'func newServer() {', 'makeServer', 'b/b.go', 'package b\nfunc f() { newServer() }']],
])('the same name from elsewhere is not followed: %s %j', async (languageId, elsewhere) => {
  expect(await followed(languageId, elsewhere)).toBeNull();
});

test.each<[string, Elsewhere]>([
  [
    'typescript',
    ['src/text.ts', 'export function join() {', 'concat', 'src/a/b.ts', "import { join } from '../text.js';"],
  ],
  [
    'typescript',
    ['src/text.ts', 'export function join() {', 'concat', 'src/index.ts', "export { join } from './text';"],
  ],
  ['python', ['src/text.py', 'def join(a):', 'concat', 'src/other.py', 'from .text import join']],
  ['rust', ['src/text.rs', 'pub struct Display {', 'Screen', 'src/a.rs', 'use crate::text::{Display, Line};']],
  ['go', ['a/a.go', 'func newServer() {', 'makeServer', 'a/b.go', 'package a\nfunc f() { newServer() }']],
])('an import from the file is followed: %s %j', async (languageId, elsewhere) => {
  expect(await followed(languageId, elsewhere)).not.toBeNull();
});

test.each<[string, Elsewhere, string]>([
  [
    'typescript',
    [
      'src/task.ts',
      'export function task() {',
      'job',
      'src/a.ts',
      "import type { task as other } from '@acme/sdk';\nimport { task } from './task';",
    ],
    "import { job } from './task';",
  ],
  [
    'python',
    ['src/task.py', 'def task(a):', 'job', 'src/a.py', 'from acme import task as other\nfrom .task import task'],
    'from .task import job',
  ],
])('another module’s own name for what it declares is left alone: %s %j', async (languageId, elsewhere, expected) => {
  expect((await followed(languageId, elsewhere))?.after).toEqual([expected]);
});

test.each<[string | null, string, string, boolean]>([
  [null, 'src/text.ts', 'src/a.ts', true],
  ["'./lib'", 'lib/text.ts', 'a.ts', true],
  ["'./lib/index.js'", 'lib/text.ts', 'a.ts', true],
  ["'.'", 'lib/text.ts', 'lib/a.ts', true],
  ["'..'", 'text.ts', 'lib/a.ts', true],
  ["'./text'", 'lib/text.ts', 'a.ts', false],
  ["'../../text'", 'text.ts', 'lib/a.ts', false],
  ["'./text'", 'text/index.ts', 'a.ts', true],
  ["'@app/lib/text'", 'src/lib/text.ts', 'a.ts', true],
  ["'@acme/geo-tools'", 'packages/geo-tools/src/area.ts', 'a.ts', true],
  ["'@'", 'src/text.ts', 'a.ts', true],
  ["'node:path'", 'src/path.ts', 'a.ts', false],
  ['pkg.text', 'src/pkg/text.py', 'tests/a.py', true],
  ['pkg', 'src/pkg/text.py', 'tests/a.py', true],
  ['..', 'pkg/text.py', 'pkg/sub/a.py', true],
  ['..text', 'pkg/text.py', 'pkg/sub/a.py', true],
  ['.text', 'pkg/text.py', 'pkg/sub/a.py', false],
  ['', 'pkg/text.py', 'pkg/a.py', false],
  ['super::super', 'src/text.rs', 'src/a/b.rs', true],
  ["'./lib'", 'src/text.ts', 'src/a.ts', false],
  ['crate', 'src/text.rs', 'src/a.rs', true],
  ['geometry', 'src/lib.rs', 'tests/a.rs', true],
  ['std', 'src/lib.rs', 'tests/a.rs', false],
  ['org.acme.text', 'src/org/acme/text/Join.java', 'src/org/acme/A.java', true],
  ['java.util', 'src/org/acme/text/List.java', 'src/org/acme/A.java', false],
])('whether the module %s can hand on what %s declares, in %s: %s', (module, declared, used, may) => {
  expect(mayBeFrom(module, { declared, used })).toBe(may);
});
