import { readFile } from 'node:fs/promises';
import type { SoakDocument } from './editing.ts';

/** Real sources of this repository and the awkward kinds: empty, one huge line, Windows line breaks, no known language. */
export async function soakDocuments(uriOf: (name: string) => string): Promise<SoakDocument[]> {
  const source = async (path: string): Promise<string> =>
    await readFile(new URL(`../../server/${path}`, import.meta.url), 'utf8');
  const [cursor, cache, settings] = await Promise.all([
    source('completion/cursor.ts'),
    source('completion/cache.ts'),
    source('common/settings.ts'),
  ]);
  return [
    { uri: uriOf('cursor.ts'), languageId: 'typescript', text: cursor },
    { uri: uriOf('windows.ts'), languageId: 'typescript', text: cache.replaceAll('\n', '\r\n') },
    { uri: uriOf('tabs.js'), languageId: 'javascript', text: settings.replaceAll('  ', '\t') },
    { uri: uriOf('empty.py'), languageId: 'python', text: '' },
    { uri: uriOf('line.json'), languageId: 'json', text: `[${'1234567890,'.repeat(2000)}0]` },
    { uri: uriOf('notes.txt'), languageId: 'plaintext', text: '🙂 日本語のメモ\n\n- first\n- second\n' },
    { uri: 'untitled:Untitled-1', languageId: 'python', text: 'def f(x):\n    return x\n\n\n' },
  ];
}
