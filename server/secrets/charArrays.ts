/** Java passes passwords as arrays of characters: `store.load(in, "…".toCharArray())`, beside what opens a key store or says password. */
import type { SecretRange } from './finding.ts';
import { isJoinedWords } from './joinedWords.ts';
import { lineUpTo } from './lines.ts';
import { isSeveralWords } from './severalWords.ts';
import { isPasswordWord } from './uses.ts';

const call = '".toCharArray()';
const opens = /\b(?:load|init|getKey|setKeyEntry|store|PasswordProtection|PBEKeySpec)\s?\([^"'\n]{0,80}$/;
const says = /\bpass(?:word|wd|phrase)?\b|\bkey[ -]?store\b|\bpin\b/i;

export function byCharArray(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let end = text.indexOf(call); end !== -1; end = text.indexOf(call, end + 1)) {
    const line = lineUpTo(text, end, 240);
    const start = end - line.length + line.lastIndexOf('"') + 1;
    const value = text.slice(start, end);
    // The quote that opens it is too far away.
    if (value.length === line.length) continue;
    if (!isPasswordWord(value) && !isJoinedWords(value) && !isSeveralWords(value)) continue;
    const rest = text.slice(end + call.length, end + call.length + 80).split('\n', 1)[0] as string;
    if (opens.test(line.slice(0, line.length - value.length - 1)) || says.test(rest))
      found.push({ start, end, rule: 'characters' });
  }
  return found;
}
