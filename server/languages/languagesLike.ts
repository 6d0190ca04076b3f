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

/** Whether a file may use what another one declares; of unknown languages, if they have the same extension. */
export function mayUse(file: string, declaring: string): boolean {
  // As a rule, a notebook's cells are in Python.
  const language = file.endsWith('.ipynb') ? 'python' : languageOf(file);
  const languages = languagesLike(declaring);
  if (languages !== null || language !== null) return language !== null && languages?.has(language) === true;
  return extname(file) === extname(declaring);
}
