/** Where completions are wanted. Off means off: nothing is prepared, nothing runs. */
import { IgnoreRules } from '../mining/ignorePattern.ts';
import type { Settings, Silence } from '../protocol/index.ts';

/** null where they are wanted. `paths`: from every folder of the window that holds the document; none without a file. */
export function silenceOf(
  completions: Settings['completions'],
  languageId: string,
  paths: readonly string[],
): Silence | null {
  if (!completions.enabled) return 'off';
  if (!(completions.languages[languageId] ?? completions.languages['*'] ?? true)) return 'languages';
  return isExcluded(completions, paths) ? 'exclude' : null;
}

/** The same in words, for the log. */
export function disabledFor(
  completions: Settings['completions'],
  languageId: string,
  paths: readonly string[],
): string | null {
  const silence = silenceOf(completions, languageId, paths);
  return silence === null ? null : inWords(silence, languageId);
}

function inWords(silence: Silence, languageId: string): string {
  switch (silence) {
    case 'off':
      return 'completions are off';
    case 'languages':
      return `completions are off for ${languageId}`;
    case 'exclude':
      return 'the file is excluded by a setting';
  }
}

/** Whether the setting excludes the file: it then gets no suggestions and is never quoted in a prompt. */
export function isExcluded({ exclude }: Pick<Settings['completions'], 'exclude'>, paths: readonly string[]): boolean {
  return paths.some((path) => path !== '' && !path.startsWith('../') && matcherOf(exclude).ignores(path));
}

const matchers = new WeakMap<readonly string[], IgnoreRules>();

function matcherOf(patterns: readonly string[]): IgnoreRules {
  let matcher = matchers.get(patterns);
  if (matcher === undefined) {
    matcher = new IgnoreRules(patterns.join('\n'));
    matchers.set(patterns, matcher);
  }
  return matcher;
}
