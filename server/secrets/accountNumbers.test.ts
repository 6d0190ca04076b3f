import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

// Examples from the standards and from banks' manuals, and unassigned numbers with valid check digits.
it.each([
  ['an IBAN', 'String payee = "«DE89370400440532013000»";'],
  ['an IBAN in groups', "const payee = '«GB29 NWBK 6016 1331 9268 19»';"],
  ['an IBAN in a comment', '// refund to «NL91ABNA0417164300»'],
  ['an IBAN before other words in capitals', '// «ES91 2100 0418 4502 0005 1332» BIC CAIXESBB'],
  ['one IBAN after another', '// from «BE68 5390 0754 7034» «DE89 3704 0044 0532 0130 00» IN FULL'],
  ['an IBAN with dashes', 'const oslo = "«NO93-8601-1117-947»";'],
  ['an IBAN with dots', 'PAYEE = "«CH93.0076.2011.6238.5295.7»"'],
  ['an IBAN with no-break spaces', 'const payee = "«NL91\u00a0ABNA\u00a00417\u00a01643\u00a000»";'],
  ['an IBAN in small letters', 'payee = "«gb29nwbk60161331926819»"'],
  ['an IBAN in groups in small letters', '# refund to «nl91 abna 0417 1643 00» as agreed'],
  ['an IBAN in a link', 'const to = "payto://iban/«at611904300234573201»";'],
])('%s is found', (_, lines) => expectFound(lines));

it.each([
  ['an IBAN with other check digits', 'String payee = "DE88370400440532013000";'],
  ['a part in groups', 'const part = "GB40-2104-NWBK-6016-1331-9268"; // XY12-1234-5678-9012-3456'],
  ['small letters and digits of another length', 'const id = "gb2900000000161331926";'],
  ['a hash that begins like one', 'const etag = "de8937040044053201300012";'],
  ['a name in capitals', 'const NAME = "AB12CDEFGHIJKLMN";'],
])('%s is not taken for an account', (_, lines) => expectLetPass(lines));
