import type { LanguageName } from '../grammars/index.ts';
import { c } from './c.ts';
import { type CompiledRules, compiled } from './compiled.ts';
import { csharp } from './csharp.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import type { NameRules } from './rules.ts';
import { rust } from './rust.ts';

export type { CompiledRules } from './compiled.ts';
export { NamesIn } from './namesIn.ts';
export type { Binding, NameUse, Scope } from './nameUse.ts';

/** Languages whose names are resolved by scopes. */
const rules: Partial<Record<LanguageName, NameRules>> = {
  python,
  javascript,
  typescript: javascript,
  tsx: javascript,
  go,
  rust,
  java,
  c,
  cpp: c,
  csharp,
  php,
};

/** null for a language whose names are not resolved. */
export function nameRulesOf(language: LanguageName): CompiledRules | null {
  const known = rules[language];
  return known === undefined ? null : compiled(known);
}
