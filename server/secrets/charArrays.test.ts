import { it } from 'vitest';
import { expectFound, expectLetPass } from './testing/marked.ts';

it.each([
  ['that opens a key store', 'store.load(in, "«wechsel-nordsee»".toCharArray());'],
  ['of several words', 'keys.load(stream, "«Igel am Meer»".toCharArray());'],
  ['of one word', 'factory.init(keys, "«wattwurm»".toCharArray());'],
  ['that a comment calls so', 'char[] given = "«Marder-Messer»".toCharArray(); // key store password'],
])('a password as an array of characters %s is found', (_, lines) => expectFound(lines));

it.each([
  ['a text', 'char[] letters = "hello world".toCharArray(); sort("garden-fence".toCharArray());'],
  ['an alphabet', 'private static final char[] HEX = "abcdef".toCharArray();'],
  ['a placeholder', 'store.load(in, "password".toCharArray()); store.load(in, "".toCharArray());'],
])('%s as an array of characters is none', (_, lines) => expectLetPass(lines));
