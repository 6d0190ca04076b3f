/** Where completions are wanted. Off means off: nothing is prepared, nothing runs. */
import { IgnoreRules } from '../mining/ignorePattern.ts';
import type { Settings } from '../protocol/index.ts';

/** null where they are wanted; otherwise why not. `paths`: from every folder of the window that holds the document; none without a file. */
export function disabledFor(
  completions: Settings['completions'],
  languageId: string,
  paths: readonly string[],
): string | null {
  if (!completions.enabled) return 'completions are off';
  if (!(completions.languages[languageId] ?? completions.languages['*'] ?? true))
    return `completions are off for ${languageId}`;
  return isExcluded(completions, paths) ? 'the file is excluded by a setting' : null;
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
