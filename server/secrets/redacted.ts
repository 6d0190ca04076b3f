/** Redacts text for a log: what may be a secret is left out, as from everything that is stored. */
import { ownFindings } from './own.ts';

const LEFT_OUT = '[left out]';
/** Nothing worth logging has longer lines. */
const LONGEST_LINE = 4000;

export function withoutSecrets(text: string): string {
  return text
    .split('\n')
    .map((line) => redacted(line.slice(0, LONGEST_LINE)))
    .join('\n');
}

function redacted(line: string): string {
  let rest = '';
  let from = 0;
  for (const { start, end } of [...ownFindings(line)].sort((a, b) => a.start - b.start)) {
    if (end <= from) continue;
    rest += line.slice(from, Math.max(from, start)) + LEFT_OUT;
    from = end;
  }
  return rest + line.slice(from);
}
