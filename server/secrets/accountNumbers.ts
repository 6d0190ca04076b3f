/** People's account numbers, recognized by check digits: IBANs (ISO 13616), and payment cards; numbers of persons by name. */
import type { SecretRange } from './finding.ts';
import { identityNumbersIn } from './identityNumbers.ts';
import { cardsIn } from './paymentCards.ts';
import { socialNumbersIn } from './socialNumbers.ts';

export function byCheckDigits(text: string): SecretRange[] {
  return [...ibansIn(text), ...cardsIn(text), ...socialNumbersIn(text), ...identityNumbersIn(text)];
}

/** In groups of four as on paper, with blanks, no-break spaces, dashes or dots. */
const iban =
  /(?<![a-z0-9])[a-z]{2}[0-9]{2}(?:[ \u00a0\u202f.-]?[a-z0-9]{4}){2,7}(?:[ \u00a0\u202f.-]?[a-z0-9]{1,3})?(?![a-z0-9])/gi;

/** Lengths by country: with dashes or dots product keys and names of parts look alike, in small letters hashes. */
const lengths = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27
  GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22
  MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28
  TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
);

function ibansIn(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  const pattern = new RegExp(iban);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole] = match;
    // What looks like a number may hold the beginning of one.
    pattern.lastIndex = match.index + 4;
    // Words after its groups may look like more groups.
    for (let length = whole.length; length > 0; length = lastGroup(whole, length)) {
      const written = whole.slice(0, length);
      const number = written.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
      if (/[a-z.-]/.test(written) && lengths.get(number.slice(0, 2)) !== number.length) continue;
      if (!isIban(number)) continue;
      found.push({ start: match.index, end: match.index + length, rule: 'IBAN' });
      pattern.lastIndex = match.index + length;
      break;
    }
  }
  return found;
}

/** Where the last group before `end` and its separator begin; -1 if there is only one. */
function lastGroup(written: string, end: number): number {
  let at = end - 1;
  while (at >= 0 && /[A-Za-z0-9]/.test(written[at] as string)) at--;
  return at;
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
