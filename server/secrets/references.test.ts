import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['a variable', "value = '«sunshine400»'\nlogin(user='svc', password=value)"],
  ['a constant below', "const options = { user: 'svc', password: DEMO };\nconst DEMO: string = '«sunshine400»';"],
  ['two halves', "const left = '«tiger»';\nconst right = '«moonriver»';\nconst password = left + right;"],
  ['a value typed into a field', "const word = '«pepperstar»';\nawait page.fill('#password', word);"],
])('a password under another name is found: %s', (_, lines) => expectFound(lines));

it.each([
  ['a word', "const kind = 'optional';\nconst password = kind;"],
  ['a name that nothing is assigned to', 'const password = value;'],
  ['a path', "const place = './data/words7.txt';\nconst password = place;"],
  ['a sum of which half is unknown', "const left = 'tiger';\nconst password = left + suffix;"],
  ['another field', "const word = 'pepperstar';\nawait page.fill('#name', word);"],
])('%s is not taken for a secret', (_, lines) => expectLetPass(lines));
