import { expect, it } from 'vitest';
import { Random } from '../common/random.ts';
import { fingerprints, leakTokens, nearDuplicates, similarity, sketchOf } from './fingerprints.ts';
import { leakedMiddles } from './leakage.ts';
import { moduleText } from './testing.ts';
import { tokensOf, windowHashes } from './tokens.ts';

const sketch = (text: string) => sketchOf(tokensOf(text));

it('tokens are words, numbers and punctuation, without white space and underscores', () => {
  const count = (text: string) => tokensOf(text).count;
  expect(count('fooBar_baz42 += HTTPServer(x);')).toBe(count('foo Bar baz 42 + = H T T P Server ( x ) ;'));
  expect([...tokensOf('a  b').hashes.slice(0, 2)]).toEqual([...tokensOf('a\n\tb').hashes.slice(0, 2)]);
});

it('a copy with one changed function is a near duplicate, a different file is not', () => {
  const original = moduleText('alpha', 12);
  const edited = original.replace('let total = 5;', 'let total = 5; // first');
  const other = moduleText('completelyDifferentName', 12)
    .replaceAll('total', 'sum')
    .replaceAll('item', 'entry')
    .replaceAll('for', 'while');
  expect(nearDuplicates([original, other, edited].map(sketch))).toEqual([0, 1, 0]);
  expect(similarity(sketch(original) as Uint32Array, sketch(edited) as Uint32Array)).toBeGreaterThan(0.9);
});

it('thousands of files made from one template are compared within seconds, and a copy of one is found', () => {
  const random = new Random('template');
  // Five eighths of each are those of all others: alike, but no duplicates.
  const texts = Array.from({ length: 5_000 }, () =>
    Uint32Array.from({ length: 128 }, (_, bin) => (bin < 80 ? bin : Math.floor(random.next() * 2 ** 31))),
  );
  const copy = (texts[7] as Uint32Array).slice();
  copy.fill(1, 80, 90);
  const before = process.cpuUsage();
  const firstOf = nearDuplicates([...texts, copy]);
  expect(process.cpuUsage(before).user).toBeLessThan(10e6);
  expect(firstOf).toEqual([...texts.keys(), 7]);
});

it('a middle that shares a 50-token window with training leaks, wherever the window stands', async () => {
  const words = Array.from(
    { length: 400 },
    (_, i) => `w${String.fromCharCode(97 + (i % 26))}${String.fromCharCode(97 + ((i * 7) % 26))}x${'abcdefgh'[i % 8]}`,
  );
  const training = words.join(' ');
  const text = { fingerprints: fingerprints(tokensOf(training)), text: () => training };
  for (let at = 0; at < 300; at += 23) {
    const shared = `zero one ${words.slice(at, at + 50).join(' ')} two three`;
    const almost = `zero one ${words.slice(at, at + 24).join(' ')} gap ${words.slice(at + 25, at + 50).join(' ')} two three`;
    expect(await leakedMiddles([shared, almost], [text])).toEqual(new Set([0]));
  }
});

it('rolling window hashes equal those of the windows alone', () => {
  const tokens = tokensOf('a b c d e f g h i j');
  const rolled = windowHashes(tokens, 4);
  const alone = Array.from(
    { length: 7 },
    (_, i) =>
      windowHashes(
        tokensOf(
          'a b c d e f g h i j'
            .split(' ')
            .slice(i, i + 4)
            .join(' '),
        ),
        4,
      )[0],
  );
  expect([...rolled]).toEqual(alone);
  expect(leakTokens).toBe(50);
});
