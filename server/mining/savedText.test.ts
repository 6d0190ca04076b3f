import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maxFileBytes } from './content.ts';
import { savedText } from './savedText.ts';
import { ScratchRepository } from './testing.ts';

test.each<[string, string | Buffer | null, string]>([
  ['its text', 'a = 1\n', 'a = 1\n'],
  ['its text without byte order mark and CR', '\ufeffa = 1\r\n', 'a = 1\n'],
  ['nothing when it is missing', null, ''],
  ['nothing when it is too large', 'a'.repeat(maxFileBytes + 1), ''],
  ['nothing when it is not UTF-8', Buffer.from('é', 'latin1'), ''],
])('a file on the disk gives %s', async (_, content, text) => {
  using scratch = new ScratchRepository({ git: false });
  mkdirSync(join(scratch.root, 'folder'));
  if (content !== null) scratch.write('a.py', content);
  expect(await savedText(join(scratch.root, 'a.py'))).toBe(text);
  expect(await savedText(join(scratch.root, 'folder'))).toBe('');
});
