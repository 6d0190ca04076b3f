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
export const withIds = {
  id: '@secretlint/secretlint-rule-aws',
  // The accounts of AWS's own examples.
  options: { enableIDScanRule: true, allows: ['123456789012', '111122223333', '444455556666', '000000000000'] },
};

type Rule = (typeof asked)[number];

/**
 * The preset with the rules of these names alone. What they find goes to `found` at once: secretlint's own list would be searched for
 * double findings in quadratic time, which took 4.4 s for the 27,000 of one line of 512 kB.
 */
function configOf(names: ReadonlySet<string>, found: SecretRange[]) {
  const preset: typeof creator = {
    ...creator,
    create(context) {
      for (const rule of asked) if (names.has(nameOfRule(rule))) context.registerRule(reportingTo(found, rule));
    },
  };
  return { rules: [{ id: preset.meta.id, rule: preset, options: {}, rules: [withIds] }] };
}

function reportingTo(found: SecretRange[], rule: Rule): Rule {
  return {
    ...rule,
    create(context, options) {
      const report: typeof context.report = ({ range: [start, end] }) => found.push({ start, end, rule: rule.meta.id });
      return rule.create({ ...context, report }, options);
    },
  };
}

/** The end of its id, as `secretlintWords.ts` has it. */
export function nameOfRule({ meta }: Rule): string {
  return meta.id.replace('@secretlint/secretlint-rule-', '');
}

/** What the rules of these names find, in no order; what two patterns of a rule find is told twice. */
export async function bySecretlint(path: string, text: string, names: ReadonlySet<string>): Promise<SecretRange[]> {
  const found: SecretRange[] = [];
  const source = { filePath: path, content: text, ext: extname(path), contentType: 'text' as const };
  await lintSource({ source, options: { config: configOf(names, found), locale: 'en' } });
  return found;
}
