/** `deploy -u svc -p hunter2x`: whatever the program, a word behind `-p` that follows the name of a user is a password if it looks like one. */
import type { SecretRange } from './finding.ts';
import { lineUpTo } from './lines.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { atLeast, likenessOf } from './values.ts';

const opening = ' -p ';
const user = /\s-(?:u|U)[ =]["']?[\w.@\\-]{2,60}["']?(?:\s+-{1,2}[\w-]+(?:[ =][\w./:-]{1,60})?){0,3}$/;
const word = /["']?([^\s"'`$<>|;&()]{6,60})["']?(?=[\s"'`;|)]|$)/y;

export function bySwitches(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) {
    if (!user.test(lineUpTo(text, at, 160))) continue;
    word.lastIndex = at + opening.length;
    const match = word.exec(text);
    const value = match?.[1] ?? '';
    if (match === null || isPlaceholder(value) || isNaming(value) || !atLeast(likenessOf(value), 'mixed')) continue;
    // `docker run -u app -p 127.0.0.1:80`, a path, a package with its version.
    if (/^[\d.:/-]+$|\/|^[\w.-]+@\d|\.(?:py|js|ts|sh|ya?ml|json|xml|txt)$/.test(value)) continue;
    const start = at + opening.length + match[0].indexOf(value);
    found.push({ start, end: start + value.length, rule: 'switches' });
  }
  return found;
}
