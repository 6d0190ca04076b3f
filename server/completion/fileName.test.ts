import { expect, test } from 'vitest';
import { fileNameComment } from './fileName.ts';

test.each([
  ['typescript', 'src/users/service.ts', '// src/users/service.ts\n'],
  ['python', 'tools/run.py', '# tools/run.py\n'],
  ['sql', 'schema.sql', '-- schema.sql\n'],
  ['vue', 'App.vue', '// App.vue\n'],
  ['ocaml', 'bin/main.ml', '(* bin/main.ml *)\n'],
  ['shellscript', 'bin/deploy', '# bin/deploy\n'],
  ['klingon', 'a.kl', '// a.kl\n'],
  ['python', 'notes/trial.ipynb', '# notes/trial.py\n'],
  ['go', '', '// untitled.go\n'],
  ['klingon', '', ''],
  ['plaintext', 'README', ''],
  ['python', 'two\nlines.py', ''],
  ['java', `${'long/'.repeat(30)}Deep.java`, '// Deep.java\n'],
])('a document of %s in %j begins with %j', (languageId, path, comment) => {
  expect(fileNameComment({ path, languageId, text: 'abc' })).toBe(comment);
});

test('a document that says enough itself is not named', () => {
  expect(fileNameComment({ path: 'a.ts', languageId: 'typescript', text: 'x'.repeat(500) })).toBe('');
});
