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

/** Off by default in the preset: ids of AWS keys are no secret alone, and stand beside one. */
const withIds = {
  id: '@secretlint/secretlint-rule-aws',
  // The accounts of AWS's own examples.
  options: { enableIDScanRule: true, allows: ['123456789012', '111122223333', '444455556666', '000000000000'] },
};

/** Few sets of rules are ever asked. */
const configs = new Map<string, ReturnType<typeof configOf>>();

/** The preset with the rules of these names alone. */
function configOf(names: ReadonlySet<string>) {
  const preset: typeof creator = {
    ...creator,
    create(context) {
      for (const rule of asked) if (names.has(nameOfRule(rule))) context.registerRule(rule);
    },
  };
  return { rules: [{ id: preset.meta.id, rule: preset, options: {}, rules: [withIds] }] };
}

/** The end of its id, as `secretlintWords.ts` has it. */
export function nameOfRule({ meta }: (typeof asked)[number]): string {
  return meta.id.replace('@secretlint/secretlint-rule-', '');
}

/** What the rules of these names find. */
export async function bySecretlint(path: string, text: string, names: ReadonlySet<string>): Promise<SecretRange[]> {
  const key = [...names].sort().join();
  const config = configs.get(key) ?? configOf(names);
  configs.set(key, config);
  const source = { filePath: path, content: text, ext: extname(path), contentType: 'text' as const };
  const { messages } = await lintSource({ source, options: { config, locale: 'en', maskSecrets: true } });
  return messages.map(({ range: [start, end], ruleId }) => ({ start, end, rule: ruleId }));
}
