/** secretlint's recommended rules. They cost more than all of ours together: asked where `secretlintWords.ts` has found a word. */
import { extname } from 'node:path';
import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { creator, rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretRange } from './finding.ts';

// On by default, it keeps a mark per rule and file for ever: 150 kB a file, and a third of the scan's time.
secretLintProfiler.setEnabled(false);

/** The rule by which a comment in a file (`secretlint-disable`) switches the others off: not asked. */
const switchingOff = 'filter-comments';

export const asked = rules.filter(({ meta }) => !meta.id.endsWith(switchingOff));

/** The preset without the rule that switches off. */
const preset: typeof creator = {
  ...creator,
  create(context) {
    for (const rule of asked) context.registerRule(rule);
  },
};

/** Off by default in the preset: ids of AWS keys are no secret alone, and stand beside one. */
const withIds = { id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } };
const config = { rules: [{ id: preset.meta.id, rule: preset, options: {}, rules: [withIds] }] };

export async function bySecretlint(path: string, text: string): Promise<SecretRange[]> {
  const source = { filePath: path, content: text, ext: extname(path), contentType: 'text' as const };
  const { messages } = await lintSource({ source, options: { config, locale: 'en', maskSecrets: true } });
  return messages.map(({ range: [start, end], ruleId }) => ({ start, end, rule: ruleId }));
}
