/**
 * Numbers of persons with a check digit, behind a name that says what they are: personnummer (SE), fødselsnummer (NO), henkilötunnus (FI),
 * BSN (NL), PESEL (PL), CPF (BR), DNI and NIE (ES). Their lengths are common, and of other numbers one in ten has the digit by chance.
 */
import type { SecretRange } from './finding.ts';
import { fitsLuhn } from './luhn.ts';

interface Kind {
  /** What a number is called in names, in small letters. */
  readonly names: readonly string[];
  readonly number: RegExp;
  /** `characters`: letters, in capitals, and digits alone. */
  isValid(characters: string): boolean;
}

/** UTF-16 units behind a name, on its line. */
const NEAR = 60;
const FINNISH = '0123456789ABCDEFHJKLMNPRSTUVWXY';
const SPANISH = 'TRWAGMYFPDXBNJZSQVHLCKE';

const KINDS: readonly Kind[] = [
  {
    names: ['personnummer', 'samordningsnummer', 'personal_identity_number', 'personalidentitynumber', 'pnr'],
    number: /(?<![\w.-])(?:[0-9]{2})?[0-9]{6}[-+]?[0-9]{4}(?![\w-])/g,
    isValid: (all) => isDay(all.slice(-8, -6), all.slice(-6, -4), 60) && fitsLuhn(all.slice(-10)),
  },
  {
    names: ['fødselsnummer', 'fodselsnummer', 'fødselsnr', 'fodselsnr', 'fnr'],
    number: /(?<![\w.-])[0-9]{6} ?[0-9]{5}(?![\w-])/g,
    isValid: (all) =>
      weighted(all, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
      weighted(all, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  },
  {
    names: ['henkilötunnus', 'henkilotunnus', 'hetu'],
    number: /(?<![\w.-])[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y](?![\w-])/g,
    isValid: (all) => FINNISH[Number(all.slice(0, 6) + all.slice(-4, -1)) % 31] === all.at(-1),
  },
  {
    names: ['bsn', 'burgerservicenummer', 'sofinummer'],
    number: /(?<![\w.-])[0-9]{9}(?![\w-]|\.[0-9])/g,
    isValid: (all) => weighted(all, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  },
  {
    names: ['pesel'],
    number: /(?<![\w.-])[0-9]{11}(?![\w-]|\.[0-9])/g,
    isValid: (all) => weighted(all, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
  },
  {
    names: ['cpf'],
    number: /(?<![\w.-])(?:[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{11})(?![\w-]|\.[0-9])/g,
    isValid: (all) => all.at(-2) === brazilian(all.slice(0, 9)) && all.at(-1) === brazilian(all.slice(0, 10)),
  },
  {
    names: ['dni', 'nie', 'nif'],
    number: /(?<![\w.-])(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-Z](?![\w-])/g,
    isValid: (all) => {
      const first = 'XYZ'.indexOf(all[0] as string);
      return SPANISH[Number((first < 0 ? all[0] : first) + all.slice(1, -1)) % 23] === all.at(-1);
    },
  },
];

const byName = new Map(KINDS.flatMap((kind) => kind.names.map((name) => [name, kind] as const)));
/** As a word of a name: `user_cpf`, `userCpf`, `CPF`. */
const anyName = new RegExp(
  [...byName.keys()]
    .map((name) => `(?<![A-Za-z])${name}|${name[0]?.toUpperCase()}${name.slice(1)}|${name.toUpperCase()}`)
    .map((ways) => `(?:${ways})(?![a-zåäöø])`)
    .join('|'),
  'g',
);

export function identityNumbersIn(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  let past = 0;
  for (const { 0: name, index } of text.matchAll(anyName)) {
    const from = Math.max(past, index + name.length);
    const [line = ''] = text.slice(from, index + name.length + NEAR).split('\n', 1);
    const kind = byName.get(name.toLowerCase());
    for (const { 0: whole, index: at } of kind === undefined ? [] : line.matchAll(kind.number)) {
      const characters = whole.replace(/[^0-9A-Z]/g, '');
      // One digit over and over has the right one in some of them, and is nobody's.
      if (/^(.)\1*$/.test(characters) || !kind?.isValid(characters)) continue;
      past = from + at + whole.length;
      found.push({ start: from + at, end: past, rule: 'identity number' });
    }
  }
  return found;
}

/** `later`: what some numbers add to the day. */
function isDay(month: string, day: string, later: number): boolean {
  const [inYear, inMonth] = [Number(month), Number(day) % later];
  return inYear >= 1 && inYear <= 12 && inMonth >= 1 && inMonth <= 31;
}

function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);
}

/** The digit behind these. */
function brazilian(digits: string): string {
  const sum = weighted(
    digits,
    [...digits].map((_, at) => digits.length + 1 - at),
  );
  return String(((sum * 10) % 11) % 10);
}
