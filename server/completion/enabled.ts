/** Where completions are wanted. Off means off: nothing is prepared, nothing runs. */
import ignore from 'ignore';
import type { Settings } from '../protocol/index.ts';

/** null where they are; otherwise why not. `path` is relative to the workspace folder, '' for documents without a file. */
export function disabledFor(completions: Settings['completions'], languageId: string, path: string): string | null {
  if (!completions.enabled) return 'completions are off';
  if (!(completions.languages[languageId] ?? completions.languages['*'] ?? true))
    return `completions are off for ${languageId}`;
  if (path === '' || path.startsWith('../')) return null;
  return matcherOf(completions.exclude).ignores(path) ? 'the file is excluded by a setting' : null;
}

const matchers = new WeakMap<readonly string[], ReturnType<typeof ignore>>();

function matcherOf(patterns: readonly string[]): ReturnType<typeof ignore> {
  let matcher = matchers.get(patterns);
  if (matcher === undefined) {
    matcher = ignore().add([...patterns]);
    matchers.set(patterns, matcher);
  }
  return matcher;
}
