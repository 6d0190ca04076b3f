import { expect, it } from 'vitest';
import { ownFindings } from './own.ts';
import { base32, base36, base62, capitals, draw, drawGroups, drawUuid, hex } from './testing/draw.ts';
import { passwordWritings } from './testing/passwordWritings.ts';
import { hosted, remaining } from './testing/remaining.ts';
import { tokenWritings } from './testing/tokenWritings.ts';

/** A piece of a secret of this length counts as one. */
const telling = 12;

/** What remains of a secret: itself, its beginning, its end, or as much of its base64. */
function leftOf(line: string, secret: string): string[] {
  const text = remaining(hosted(line), ownFindings(hosted(line)));
  const encoded = Buffer.from(`svc:${secret}`).toString('base64');
  const pieces = secret.length < 2 * telling ? [secret] : [secret.slice(0, telling), secret.slice(-telling)];
  // If the line splits it, its last four characters.
  const wanted = line.includes(secret)
    ? pieces
    : line.includes(encoded)
      ? [encoded.slice(0, telling)]
      : [secret.slice(-4)];
  return wanted.filter((piece) => text.includes(piece));
}

it.each([
  ['of all kinds of characters', (key: string) => `${draw(base62, 5, key)}!7${draw(base62, 4, `${key}b`)}q`],
  ['with an English word and a year', () => 'Winter2031!'],
  ['with symbols for letters', () => 'Tr0ub4dor&3'],
  ['with foo in it', () => 'winterfoo22'],
  ['with test in it', (key: string) => `kt9test${draw(base36, 3, key)}4`],
  ['with none in it', () => 'none7quarx2'],
  ['with bar in it', () => 'plumbarrel7'],
  ['with the word pass in it', () => 'none4pass'],
  ['of words and a number', () => 'kestrel-91-bar'],
  ['of words with a number at their end', () => 'Lime-Trunk-29'],
  ['of words with a dot', () => 'Lime.Trunk-40'],
  ['of words with a line', () => 'Elder_Barrel12'],
  ['with a dollar sign', () => 'HwE$FmYLM7027q'],
  ['with two dollar signs', () => 'pa$$Word-Lime3'],
  ['of small letters and digits', (key: string) => `${draw(base36, 10, key)}7a`],
  ['of letters and digits', (key: string) => `${draw(base62, 12, key)}a7`],
])('a password %s is found in every way of writing it', (_, make) => {
  const leaks = passwordWritings.flatMap((write, i) => {
    const password = make(String(i));
    const line = write(password);
    return leftOf(line, password).length > 0 ? [line] : [];
  });
  expect(leaks).toEqual([]);
});

it.each([
  ['32 hexadecimal digits', (key: string) => draw(hex, 32, key)],
  ['40 hexadecimal digits', (key: string) => draw(hex, 40, key)],
  ['64 hexadecimal digits', (key: string) => draw(hex, 64, key)],
  ['capital hexadecimal digits', (key: string) => draw(hex, 32, key).toUpperCase()],
  ['a UUID', drawUuid],
  ['20 characters of base62', (key: string) => draw(base62, 20, key)],
  ['32 characters of base62', (key: string) => draw(base62, 32, key)],
  ['padded base64', (key: string) => `${draw(`${base62}+/`, 43, key)}=`],
  ['base64 for URLs', (key: string) => draw(`${base62}-_`, 43, key)],
  ['small letters and digits', (key: string) => draw(base36, 32, key)],
  ['capitals and digits', (key: string) => draw(capitals, 20, key)],
  ['a one-time password seed', (key: string) => draw(base32, 32, key)],
  ['a licence key', (key: string) => drawGroups(capitals, 5, 5, '-', key)],
  ['an AWS key id', (key: string) => `AKIA${draw(base32, 16, key)}`],
  ['a GitHub token', (key: string) => `ghp_${draw(base62, 36, key)}`],
  ['a GitLab token', (key: string) => `glpat-${draw(base62, 20, key)}`],
  ['a Stripe key', (key: string) => `sk_live_${draw(base62, 24, key)}`],
  ['a SendGrid key', (key: string) => `SG.${draw(base62, 22, key)}.${draw(base62, 43, `${key}b`)}`],
  [
    'a JSON web token',
    (key: string) => `eyJhbGciOiJIUzI1NiJ9.eyJ${draw(base62, 40, key)}.${draw(base62, 43, `${key}b`)}`,
  ],
])('%s is found in every place', (_, make) => {
  const leaks = tokenWritings.flatMap((write, i) => {
    const token = make(String(i));
    return leftOf(write(token), token).length > 0 ? [write(token)] : [];
  });
  expect(leaks).toEqual([]);
});
