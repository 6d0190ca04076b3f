import type { SecretRange } from './finding.ts';
import { examine } from './own.ts';

export type { SecretRange } from './finding.ts';

/** All secrets of a text: our own rules' and those of secretlint's recommended ones. Ordered by start. */
export async function findSecrets(path: string, text: string): Promise<SecretRange[]> {
  const { found, secretlintRules } = examine(text);
  if (secretlintRules.size === 0) return found.sort((a, b) => a.start - b.start);
  // Loaded where it is needed: a worker with few files needs none of it.
  const { bySecretlint } = await import('./secretlint.ts');
  const more = await bySecretlint(path, text, secretlintRules);
  return [...more, ...found].sort((a, b) => a.start - b.start);
}
