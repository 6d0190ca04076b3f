/** A repository's main language, by bytes of the files that git lists and that are not too large to be learned from. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gitText } from '../../server/git/git.ts';
import { maxFileBytes } from '../../server/mining/content.ts';

export async function mainLanguage(folder: string, languageOf: (path: string) => string | null): Promise<string> {
  const bytes = new Map<string, number>();
  for (const path of ((await gitText(folder, ['ls-files', '-z'])) ?? '').split('\0')) {
    const language = path === '' ? null : languageOf(path);
    if (language === null) continue;
    const size = await stat(join(folder, path)).then(
      ({ size }) => size,
      () => 0,
    );
    // Type declarations and TSX count as the same language.
    const name = language === 'tsx' ? 'typescript' : language;
    // A bundle would outweigh hand-written code.
    if (size <= maxFileBytes) bytes.set(name, (bytes.get(name) ?? 0) + size);
  }
  return [...bytes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
