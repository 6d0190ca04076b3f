import { extname } from 'node:path';
import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { creator, rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretRange } from './finding.ts';
import { ownFindings } from './own.ts';

export type { SecretRange } from './finding.ts';

// On by default, it keeps a mark per rule and file for ever: 150 kB a file, and a third of the scan's time.
secretLintProfiler.setEnabled(false);

/** The preset without the rule by which a comment in a file (`secretlint-disable`) switches the others off. */
const preset: typeof creator = {
  ...creator,
  create(context) {
    for (const rule of rules) {
      if (rule.meta.id !== '@secretlint/secretlint-rule-filter-comments') context.registerRule(rule);
    }
  },
};
/** Off by default in the preset: ids of AWS keys are no secret alone, and stand beside one. */
const withIds = { id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } };
const config = { rules: [{ id: preset.meta.id, rule: preset, options: {}, rules: [withIds] }] };

/** All secrets of a text: secretlint's recommended rules, then our formats, assignments and entropy. Ordered by start. */
export async function findSecrets(path: string, text: string): Promise<SecretRange[]> {
  const source = { filePath: path, content: text, ext: extname(path), contentType: 'text' as const };
  const { messages } = await lintSource({ source, options: { config, locale: 'en', maskSecrets: true } });
  return [
    ...messages.map(({ range: [start, end], ruleId }) => ({ start, end, rule: ruleId })),
    ...ownFindings(text),
  ].sort((a, b) => a.start - b.start);
}
