import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maxFileBytes } from './content.ts';
import { savedText } from './savedText.ts';
import { ScratchRepository } from './testing.ts';

test.each<[string, string | Buffer | null, string]>([
  ['its text', 'a = 1\n', 'a = 1\n'],
  ['it as an editor shows it', '\ufeffa = 1\r\n', 'a = 1\n'],
  ['nothing of a file that is gone', null, ''],
  ['nothing of one that is too large', 'a'.repeat(maxFileBytes + 1), ''],
  ['nothing of one that is not UTF-8', Buffer.from('é', 'latin1'), ''],
])('a file on the disk gives %s', async (_, content, text) => {
  using scratch = new ScratchRepository({ git: false });
  mkdirSync(join(scratch.root, 'folder'));
  if (content !== null) scratch.write('a.py', content);
  expect(await savedText(join(scratch.root, 'a.py'))).toBe(text);
  expect(await savedText(join(scratch.root, 'folder'))).toBe('');
});
