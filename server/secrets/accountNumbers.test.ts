import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

// Examples from the standards and from banks' manuals, and unassigned numbers with valid check digits.
it.each([
  ['an IBAN', 'String payee = "«DE89370400440532013000»";'],
  ['an IBAN in groups', "const payee = '«GB29 NWBK 6016 1331 9268 19»';"],
  ['an IBAN in a comment', '// refund to «NL91ABNA0417164300»'],
  ['an IBAN before other words in capitals', '// «ES91 2100 0418 4502 0005 1332» BIC CAIXESBB'],
  ['one IBAN after another', '// from «BE68 5390 0754 7034» «DE89 3704 0044 0532 0130 00» IN FULL'],
  ['a card', "pay('«4539578763621486»', '12/29');"],
  ['a card in groups', "fill_in 'number', with: '«5425 2334 3010 9903»'"],
  ['an American Express card in groups', "pay('«3782 822463 10013»');"],
  ['a social security number', "person = {'name': 'Mia', 'ssn': '«219-09-9999»'}"],
])('%s is found', (_, lines) => expectFound(lines));

it.each([
  ['an IBAN with other check digits', 'String payee = "DE88370400440532013000";'],
  ['a test card', "pay('4242424242424242', '12/29');"],
  ['another test card', "pay('378282246310005', '12/29');"],
  ['a card with another check digit', "pay('4539578763621487', '12/29');"],
  ['an integer constant', 'const most = 4503599627370496;'],
  ['a name in capitals', 'const NAME = "AB12CDEFGHIJKLMN";'],
  ['a grouped number under another name', "const part = '219-09-9999';"],
])('%s is not taken for a secret', (_, lines) => expectLetPass(lines));
