import type { LanguageName } from '../grammars/index.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import { python } from './python.ts';
import type { MemberRules } from './rules.ts';
import { rust } from './rust.ts';

export type { MemberPlace, MemberUse, Owner } from './memberPlace.ts';
export { ELSEWHERE } from './memberPlace.ts';
export { MembersIn } from './membersIn.ts';
export type { MemberRules } from './rules.ts';

const rules: Partial<Record<LanguageName, MemberRules>> = {
  javascript,
  typescript: javascript,
  tsx: javascript,
  python,
  go,
  rust,
  java,
};

/** null for a language whose members are not told apart. */
export function memberRulesOf(language: LanguageName): MemberRules | null {
  return rules[language] ?? null;
}
