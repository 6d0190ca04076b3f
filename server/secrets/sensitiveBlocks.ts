/** Values of Terraform that their block declares to be secret: `sensitive = true`, or a parameter of type SecureString. */
import type { SecretRange } from './finding.ts';
import { isMadeOfWords } from './madeOfWords.ts';
import { isNaming, isPlaceholder } from './placeholders.ts';
import { atLeast, likenessOf } from './values.ts';

const declares = /\bsensitive\s{0,12}=\s{0,12}true\b|\btype\s{0,12}=\s{0,12}"SecureString"/g;
const assigned = /\b(?:default|value)\s{0,12}=\s{0,12}"([^"\n]{4,200})"/g;
/** To the ends of the block. */
const reach = 600;

export function bySensitiveBlock(text: string): SecretRange[] {
  if (!text.includes('sensitive') && !text.includes('SecureString')) return [];
  return [...text.matchAll(declares)].flatMap(({ index }) => {
    const before = text.slice(Math.max(0, index - reach), index);
    const opening = before.lastIndexOf('{');
    if (opening === -1) return [];
    const from = index - before.length + opening;
    const piece = text.slice(from, index + reach);
    const close = piece.indexOf('}', index - from);
    return [...piece.slice(0, close === -1 ? piece.length : close).matchAll(assigned)].flatMap((match) => {
      const value = match[1] as string;
      if (!isSecret(value)) return [];
      const start = from + match.index + match[0].length - 1 - value.length;
      return [{ start, end: start + value.length, rule: 'declared sensitive' }];
    });
  });
}

/** Interpolations are none. */
function isSecret(value: string): boolean {
  if (value.includes('${') || isPlaceholder(value) || isNaming(value)) return false;
  return atLeast(likenessOf(value), 'mixed') || isMadeOfWords(value);
}
