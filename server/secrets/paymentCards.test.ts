import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

// Unassigned numbers with valid check digits.
it.each([
  ['a card', "pay('«4539578763621486»', '12/29');"],
  ['a card in groups', "fill_in 'number', with: '«5425 2334 3010 9903»'"],
  ['a card with dots', '# paid with «4929.4150.7117.4106»'],
  ['an American Express card in groups', "pay('«3782 822463 10013»');"],
  ['a card of Diners Club', 'const paid = "«30560961713614»";'],
  ['a card of UnionPay', 'const paidWith = "«6221260720114610»";'],
  ['a card of UnionPay with nineteen digits', 'const paidWith = "«6221260720114610128»";'],
  ['a card in groups with no-break spaces', "pay('«5425\u00a02334\u00a03010\u00a09903»');"],
  ['an integer before its expiry', 'fixture = {"number": «6011000543352755», "exp": "04/29"}'],
  ['an integer before its check value', '{ number: «4539912236409437», cvv: 204 }'],
  ['an integer after its expiry', 'charge(ExpMonth: 4, Number: «3569220797820470»)'],
  ['a card of Maestro beside a label', "$card = '«675969689606403887»';"],
  ['an integer beside a label', 'order = {"card_number": «4539912236409437», "month": 4}'],
  ['an integer in a structure', 'var fixture = Payment{Number: «6011000543352755», Month: 4}'],
  ['an integer with a suffix', 'const pan = «4556851982833812n»;'],
  ['an integer in groups', 'pub const PAN: u64 = «4024_9818_9766_1927»;'],
  ['a long integer', 'long cardPan = «3569220797820470L»;'],
  ['a list of groups', 'val groups = listOf("«4121", "3414", "6841", "5389»")'],
])('%s is found', (_, lines) => expectFound(lines));

it.each([
  ['a test card', "pay('4242424242424242', '12/29');"],
  ['another test card', "pay('378282246310005', '12/29'); card = 30569309025904;"],
  ['a card with another check digit', "pay('4539578763621487', '12/29'); card = 4539578763621487;"],
  ['an integer constant', 'const most = 4503599627370496;'],
  ['an integer beside a word that contains a label', 'const discarded = 4539912236409437; company = 4556851982833812;'],
  ['a time', "const at = '20260401123456'; cardCreated = 1735689600000;"],
  ['an id of nineteen digits beside a time', "const message = '6221260720114610124', expires = 1735689600000;"],
  ['an integer beside an exponent', 'exp(4539912236409437); const experiment = 4556851982833812;'],
  ['years', 'const years = ["2019", "2020", "2021", "2022"];'],
  ['an id of eighteen digits', "const guild = '675969689606403887';"],
])('%s is not taken for a card', (_, lines) => expectLetPass(lines));
