/** Values that a label in a comment announces: `PW Wolkenbruch_7`, `the pass for the demo is Orchid-Stone-80`, `PIN of the safe: 739204`. */
import type { SecretRange } from './finding.ts';
import { isJoinedWords } from './joinedWords.ts';
import { isMadeOfSmallWords, isMadeOfWords } from './madeOfWords.ts';
import type { Telling } from './names.ts';
import { isNaming } from './placeholders.ts';

const reach = 120;
/** Directly behind the label, or after what it is for. */
const value = String.raw`["'\x60]?([^\s"'\x60,;()<>]{4,60})`;
const behind = new RegExp(String.raw`^\s?(?:[:=：]|\s?(?:is|was|ist|war|lautet|est|es|è))?\s{0,3}${value}`, 'i');
const announced = new RegExp(
  String.raw`^(?:\s[\p{L}\d.-]{1,24}){1,6}(?:\s?[:=：]|\s(?:is|was|ist|war|lautet|est|es|è))\s{1,3}${value}`,
  'iu',
);

/** `text` from the end of the name to the end of its line. */
export function labelledIn(text: string, from: number, end: number, telling: Telling): SecretRange[] {
  if (telling !== 'password' && telling !== 'pin') return [];
  const rest = text.slice(from, Math.min(end, from + reach));
  // `pass Layout_Grid2 to it`: the verb, unlike `mia / pass …`.
  const before = text.slice(Math.max(0, from - 10), from);
  const isVerb = /\bpass$/i.test(before) && !/\w\s?[/,;:(]\s?pass$/i.test(before) && !/^\s?[:=]/.test(rest);
  return (isVerb ? [announced] : [behind, announced]).flatMap((pattern) => {
    const match = pattern.exec(rest);
    const word = (match?.[1] ?? '').replace(/[.:!?]+$/, '');
    if (match === null || !(isAnnounced(word, telling) || isJoinedBehind(match[0], word, telling))) return [];
    const start = from + match[0].lastIndexOf(word);
    return [{ start, end: start + word.length, rule: 'label' }];
  });
}

/** Words without a number follow a sign or verb. */
function isJoinedBehind(whole: string, word: string, telling: Telling): boolean {
  return (
    telling === 'password' &&
    /[:=：]\s|\s(?:is|was|ist|war|lautet|est|es|è)\s/i.test(whole) &&
    isJoinedWords(word, true)
  );
}

function isAnnounced(word: string, telling: Telling): boolean {
  // Shorter ones number contacts and steps.
  if (telling === 'pin') return /^[0-9]{6,12}$/.test(word);
  return (
    isMadeOfWords(word) ||
    isMadeOfSmallWords(word) ||
    (/^[A-Z][a-z]{5,15}[-_.][0-9]{1,4}$/.test(word) && !isNaming(word.replace(/[0-9]/g, '')))
  );
}
