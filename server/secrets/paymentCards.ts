/** Numbers of payment cards (ISO/IEC 7812), recognized by issuer and check digit. */
import type { SecretRange } from './finding.ts';
import { letterRuns } from './letterPairs.ts';
import { lineUpTo } from './lines.ts';
import { fitsLuhn } from './luhn.ts';

/** Quoted as a whole, or in groups: without a label, a bare number belongs to a program. */
const unlabelled =
  /(?<=["'`])(?:[0-9]{14,16}|62[0-9]{17})(?=["'`])|(?<![\w.-])[0-9]{4}([ \u00a0\u202f.-])(?:[0-9]{4}\1[0-9]{4}\1[0-9]{4}|[0-9]{6}\1[0-9]{4,5})(?![\w.-])/g;
/** Four groups as a list of their own. */
const listed = /(?<=[([{]\s{0,20}["'])[0-9]{4}(?:["'],\s{0,20}["'][0-9]{4}){3}(?=["']\s{0,20}[)\]}])/g;
/** A number of the program. */
const bare = /(?<![\w.])[0-9](?:_?[0-9]){12,18}(?=[nLlu]{0,3}(?![\w.]))/g;
const labels = new Set(
  'card cards cardnumber cardno creditcard debitcard credit debit payment paid pan pans ccnumber ccnum visa mastercard maestro amex jcb diners unionpay'.split(
    ' ',
  ),
);

/** What stands beside a card's number: its expiry and check value. */
const beside =
  /(?<![a-z])(?:cvv2?|cvc2?|exp(?:iry|iration|ires)?(?:[_ -]?(?:date|month|year))?)["'`]?\s{0,3}(?:=>|[:=])/i;

/** Visa, Mastercard, American Express, Discover, JCB, Diners Club, UnionPay. */
const issuers =
  /^(?:4[0-9]{15}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|6(?:011|2[0-9]{2}|5[0-9]{2})[0-9]{12}|62[0-9]{17}|35[0-9]{14}|3(?:0[0-59]|[68][0-9])[0-9]{11})$/;
/** Those whose numbers have other lengths as well: only where a label says so. */
const longer = /^(?:4[0-9]{12}|4[0-9]{18}|62[0-9]{15,17}|(?:5[0678]|6[0-9])[0-9]{11,17})$/;

/** Test numbers in payment services' documentation, besides those with few different digits. */
const forTrying = new Set(
  `378282246310005 371449635398431 378734493671000 6011000990139424 6011111111111117 3530111333300000 3566002020360505 5105105105105100
  2223003122003222 4012888888881881 30569309025904 38520000023237 36227206271667 3056930009020004 6200000000000005 6200000000000047
  6205500000000000004 4000056655665556 5200828282828210`.split(/\s+/),
);

export function cardsIn(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  const add = (start: number, written: string, isLabelled: boolean): void => {
    if (isCard(written.replace(/[^0-9]/g, ''), isLabelled))
      found.push({ start, end: start + written.length, rule: 'payment card' });
  };
  for (const { 0: whole, index } of text.matchAll(unlabelled)) add(index, whole, false);
  for (const { 0: whole, index } of text.matchAll(listed)) add(index, whole, false);
  for (const { 0: whole, index } of text.matchAll(bare)) if (isLabelledAt(text, index)) add(index, whole, true);
  return found;
}

/** Beside a name that says card, `cardNumber: 4…`, `Payment{Number: 4…`, or beside its expiry, `Number: 4…, Exp: "04/29"`. */
function isLabelledAt(text: string, at: number): boolean {
  const before = lineUpTo(text, at, 60);
  return (
    letterRuns(before).some((word) => labels.has(word.toLowerCase())) ||
    beside.test(before + text.slice(at, at + 60).split('\n', 1)[0])
  );
}

/** Luhn checksum, and more than three different digits: test numbers, `4242 4242 4242 4242`, have fewer. */
function isCard(number: string, isLabelled: boolean): boolean {
  if (!issuers.test(number) && !(isLabelled && longer.test(number))) return false;
  if (new Set(number).size <= 3 || forTrying.has(number)) return false;
  return fitsLuhn(number);
}
