import { expect, test } from 'vitest';
import { keepShippedLinks } from './shippedLinks.ts';

const note = '\n\nFiles that are named without a link are in the source repository.\n';
const ships = (file: string): boolean => ['PRIVACY.md', 'media/a.png', 'models/README.md'].includes(file);

test.each([
  ['a file that ships', 'README.md', '[PRIVACY](PRIVACY.md)\n', '[PRIVACY](PRIVACY.md)\n'],
  ['a heading of a file that ships', 'README.md', '[kept](PRIVACY.md#kept)\n', '[kept](PRIVACY.md#kept)\n'],
  ['an image that ships', 'README.md', '![shot](media/a.png)\n', '![shot](media/a.png)\n'],
  ['a web address', 'README.md', '[hub](https://hub.example/a)\n', '[hub](https://hub.example/a)\n'],
  ['a heading of the same file', 'README.md', '[limits](#limits)\n', '[limits](#limits)\n'],
  ['a file beside it in a folder', 'models/CARD.md', '[README](README.md)\n', '[README](README.md)\n'],
  [
    'a file that does not ship',
    'README.md',
    'See [docs/editors.md](docs/editors.md).\n',
    `See docs/editors.md.${note}`,
  ],
  ['a file above its folder', 'models/README.md', '[bench](../bench/README.md)\n', `bench${note}`],
  ['several files', 'README.md', '[A](A.md) · [P](PRIVACY.md) · [B](B.md)\n', `A · [P](PRIVACY.md) · B${note}`],
])('keeps or replaces a link to %s', (_, path, text, expected) => {
  expect(keepShippedLinks(path, text, ships)).toBe(expected);
});

test('throws for an image that does not ship', () => {
  expect(() => keepShippedLinks('README.md', '![shot](docs/b.png)', ships)).toThrow('README.md shows docs/b.png');
});
