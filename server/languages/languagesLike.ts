/** Which files may use what another one declares, by their languages. */
import { extname } from 'node:path';
import type { LanguageName } from './grammars/index.ts';
import { type FallbackName, languageOf } from './languageOf.ts';

type Language = LanguageName | FallbackName;

/** Languages that use each other's declarations. */
const FAMILIES: readonly (readonly Language[])[] = [
  ['typescript', 'tsx', 'javascript', 'vue', 'svelte'],
  ['c', 'cpp', 'objc', 'cuda'],
  ['java', 'kotlin', 'scala', 'groovy'],
];

/** null for a file of an unknown language. */
export function languagesLike(path: string): ReadonlySet<Language> | null {
  const language = languageOf(path);
  return language === null ? null : new Set(FAMILIES.find((family) => family.includes(language)) ?? [language]);
}

/** Whether two files may use each other's declarations; of unknown languages, if they have the same extension. */
export function areAlike(one: string, other: string): boolean {
  const [languages, language] = [languagesLike(one), languageOf(other)];
  if (languages !== null || language !== null) return language !== null && languages?.has(language) === true;
  return extname(one) === extname(other);
}
