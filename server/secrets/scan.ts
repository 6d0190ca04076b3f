import type { SecretRange } from './finding.ts';
import { examine } from './own.ts';
import { bySecretlint } from './secretlint.ts';

export type { SecretRange } from './finding.ts';

/** All secrets of a text: our own rules' and those of secretlint's recommended ones. Ordered by start. */
export async function findSecrets(path: string, text: string): Promise<SecretRange[]> {
  const { found, secretlintRules } = examine(text);
  const more = secretlintRules.size > 0 ? await bySecretlint(path, text, secretlintRules) : [];
  return [...more, ...found].sort((a, b) => a.start - b.start);
}
