/**
 * People's account numbers, recognized by check digits: IBANs (ISO 13616) and payment cards (ISO/IEC 7812); social security numbers by
 * name.
 */
import type { SecretRange } from './finding.ts';

const iban = /(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g;
/** Quoted as a whole, or in groups: a bare number belongs to a program. */
const card =
  /(?<=["'`])[0-9]{15,16}(?=["'`])|(?<![\w.-])[0-9]{4}([ -])(?:[0-9]{4}\1[0-9]{4}\1[0-9]{4}|[0-9]{6}\1[0-9]{5})(?![\w.-])/g;
const social = /\b(?:ssn|social_?security(?:_?(?:number|no))?)\b[^\n0-9]{0,30}?\b([0-9]{3}-[0-9]{2}-[0-9]{4})\b/gi;
/** Visa, Mastercard, American Express, Discover, JCB. */
const issuers =
  /^(?:4[0-9]{15}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|6(?:011|5[0-9]{2})[0-9]{12}|35[0-9]{14})$/;

/** Test numbers in payment services' documentation, besides those with few different digits. */
const forTrying = new Set(
  `378282246310005 371449635398431 378734493671000 6011000990139424 6011111111111117 3530111333300000 3566002020360505 5105105105105100
  2223003122003222 4012888888881881`.split(/\s+/),
);

export function byCheckDigits(text: string): SecretRange[] {
  const found = ibansIn(text);
  for (const { 0: whole, index } of text.matchAll(card))
    if (isCard(whole.replace(/[ -]/g, '')))
      found.push({ start: index, end: index + whole.length, rule: 'payment card' });
  if (!/ssn|social/i.test(text)) return found;
  for (const { 0: whole, index } of text.matchAll(social))
    found.push({ start: index, end: index + whole.length, rule: 'social security number' });
  return found;
}

function ibansIn(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  const pattern = new RegExp(iban);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole] = match;
    // Words in capitals after its groups may look like more groups.
    for (let length = whole.length; length > 0; length = whole.lastIndexOf(' ', length - 1)) {
      if (!isIban(whole.slice(0, length).replaceAll(' ', ''))) continue;
      found.push({ start: match.index, end: match.index + length, rule: 'IBAN' });
      pattern.lastIndex = match.index + length;
      break;
    }
  }
  return found;
}

/** Checks the remainder modulo 97, with letters as numbers and the first four characters moved to the end. */
function isIban(number: string): boolean {
  if (number.length < 15 || number.length > 34 || !/[0-9]{6}/.test(number)) return false;
  let rest = 0;
  for (const character of number.slice(4) + number.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Luhn checksum, and more than three different digits: test numbers, `4242 4242 4242 4242`, have fewer. */
function isCard(number: string): boolean {
  if (!issuers.test(number) || new Set(number).size <= 3 || forTrying.has(number)) return false;
  let sum = 0;
  for (let i = 0; i < number.length; i++) {
    const digit = Number(number[number.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
