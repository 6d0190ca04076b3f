/** secretlint's recommended rules. They cost more than all of ours together: run only where `secretlintWords.ts` has found a word. */
import { extname } from 'node:path';
import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { creator, rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretRange } from './finding.ts';

// On by default, it keeps marks per rule and file forever: 150 kB per file, and a third of the scan's time.
secretLintProfiler.setEnabled(false);

/** The rule by which a comment in a file (`secretlint-disable`) disables the others: not used. */
const switchingOff = 'filter-comments';

export const asked = rules.filter(({ meta }) => !meta.id.endsWith(switchingOff));

/** Off by default in the preset: AWS key ids alone are not secret, but are next to one that is. */
export const withIds = {
  id: '@secretlint/secretlint-rule-aws',
  // The accounts of AWS's own examples.
  options: { enableIDScanRule: true, allows: ['123456789012', '111122223333', '444455556666', '000000000000'] },
};

type Rule = (typeof asked)[number];

/**
 * The preset with only the named rules. Findings go directly to `found`: secretlint searches its own list for duplicates in quadratic time,
 * which took 4.4 s for 27,000 on one line of 512 kB.
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

/** The end of a rule's id, as used in `secretlintWords.ts`. */
export function nameOfRule({ meta }: Rule): string {
  return meta.id.replace('@secretlint/secretlint-rule-', '');
}

/** Findings of the named rules, unordered; those of two patterns of a rule are duplicated. */
export async function bySecretlint(path: string, text: string, names: ReadonlySet<string>): Promise<SecretRange[]> {
  const found: SecretRange[] = [];
  const source = { filePath: path, content: text, ext: extname(path), contentType: 'text' as const };
  await lintSource({ source, options: { config: configOf(names, found), locale: 'en' } });
  return found;
}
