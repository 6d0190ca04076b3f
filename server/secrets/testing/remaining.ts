import type { SecretRange } from '../finding.ts';

/** Wraps lines in source code, so that nothing is found just because it is alone. */
export function hosted(lines: string): string {
  return `import { x } from './x';\n\nfunction before(items) {\n  return items.length;\n}\n\n${lines}\n\nfunction after(a, b) {\n  return a + b;\n}\n`;
}

/** The text without the lines of all findings. */
export function remaining(text: string, found: readonly SecretRange[]): string {
  const isGone = text.split('\n').map(() => false);
  const lineOf = (at: number) => text.slice(0, at).split('\n').length - 1;
  for (const { start, end } of found)
    for (let line = lineOf(start); line <= lineOf(Math.max(start, end - 1)); line++) isGone[line] = true;
  return text
    .split('\n')
    .filter((_, line) => !isGone[line])
    .join('\n');
}
