import type { SecretRange } from './finding.ts';
import { examine } from './own.ts';

export type { SecretRange } from './finding.ts';

/** All secrets in a text, found by our own rules and secretlint's recommended ones. Ordered by start. */
export async function findSecrets(path: string, text: string): Promise<SecretRange[]> {
  const { found, secretlintRules } = examine(text);
  if (secretlintRules.size === 0) return found.sort((a, b) => a.start - b.start);
  // Loaded on demand: a worker with few files may not need it.
  const { bySecretlint } = await import('./secretlint.ts');
  const more = await bySecretlint(path, text, secretlintRules);
  return [...more, ...found].sort((a, b) => a.start - b.start);
}
