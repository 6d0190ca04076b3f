/** Social security numbers of the United States. They have no check digit, so their line or column must say what they are. */
import type { SecretRange } from './finding.ts';
import { letterRuns } from './letterPairs.ts';

/** Never issued: 000, 666 and 9…, zeros only, and what everybody writes as an example. */
const number =
  /(?<![\w.-])(?!000|666|9|123-?45-?6789)[0-9]{3}(?:([-. \u2010\u2011\u2013\u00a0])(?!00)[0-9]{2}\1|(?!00)[0-9]{2})(?!0000)[0-9]{4}(?![\w-]|\.[0-9])/g;
/** UTF-16 units before a number, on its line or, if it is alone there, the line above. */
const near = 160;
/** Down to a column's last row. */
const ofColumn = 800;

/** The name directly before a number, with what stands between a name and its value. */
const namedBy =
  /([A-Za-z_]\w{0,60})["'`\])]{0,3}\s{0,3}(?::\s?[\w.]{1,16}\s?(?==))?(?:=>|:=|[:=(,]|\bto\b|\s)\s{0,40}["'`(]{0,2}$/;
/** `name,ssn,city` above rows, also the columns of an INSERT. */
const column = /(?:^|[,(;|\t"'`])[ "'`]{0,2}(?:\w{1,20}_)?ssn["'`]{0,1}\s?(?:[,);|\t"'`]|$)/im;

export function socialNumbersIn(text: string): SecretRange[] {
  if (!/ssn|social|\bsoc\.? sec/i.test(text)) return [];
  const found: SecretRange[] = [];
  for (const { 0: whole, 1: separator, index } of text.matchAll(number)) {
    const end = index + whole.length;
    const before = nearestBefore(text, index);
    const isNamed = isSocial(letterRuns(namedBy.exec(before)?.[1] ?? ''), false);
    // Without dashes any number of nine digits looks like one, with dots a version.
    const isOne =
      isNamed ||
      (separator !== undefined &&
        separator !== '.' &&
        (isSocial(letterRuns(before + lineAfter(text, end)), true) ||
          (separator === '-' && column.test(text.slice(Math.max(0, index - ofColumn), index)))));
    if (isOne) found.push({ start: index, end, rule: 'social security number' });
  }
  return found;
}

/** `employeeSSN`, `social_security_no`; in prose beside dashes `Social` is enough. */
function isSocial(words: readonly string[], isProse: boolean): boolean {
  return words.some((word, i) => {
    const small = word.toLowerCase();
    if (small === 'ssn' || small === 'ssns' || small === 'socialsecuritynumber') return true;
    const next = words[i + 1]?.toLowerCase() ?? '';
    return (small === 'social' && (isProse || next === 'security')) || (small === 'soc' && next === 'sec');
  });
}

function nearestBefore(text: string, at: number): string {
  const lines = text.slice(Math.max(0, at - near), at).split('\n');
  const own = lines.at(-1) as string;
  // Alone on its line, which may go on with a comment.
  return /^\s*(?:(?:#|\/\/|\*|--|;)\s*)?["'`]?$/.test(own) && lines.length > 1
    ? `${(lines.at(-2) as string).trimEnd()}${own}`
    : own;
}

function lineAfter(text: string, at: number): string {
  return ` ${text.slice(at, at + 80).split('\n', 1)[0]}`;
}
