import { expect, it, vi } from 'vitest';
import { dispatch } from './dispatch.ts';
import { wrapped } from './wrap.ts';

const LONG = 'usage: repotune tune [folder] [--model file.gguf] [--base-type q4_0|iq4_nl] [--rank n] [--minutes n]';

it.each<[string, string, number | undefined, string]>([
  ['a short line stays', 'usage: repotune tune [folder]', 60, 'usage: repotune tune [folder]'],
  [
    'an option stays with its value',
    LONG,
    61,
    'usage: repotune tune [folder] [--model file.gguf]\n         [--base-type q4_0|iq4_nl] [--rank n] [--minutes n]',
  ],
  [
    'within brackets where there is no other place',
    'usage: [list | publish [adapter] | prune [--keep n] [--older-than days]]',
    50,
    'usage: [list | publish [adapter] | prune\n         [--keep n] [--older-than days]]',
  ],
  [
    'a deeper line goes on deeper',
    '    --blocks: how many of the blocks get an adapter of their own',
    50,
    '    --blocks: how many of the blocks get an\n      adapter of their own',
  ],
  ['a word that is too long stays whole', `${'x'.repeat(60)} y`, 50, `${'x'.repeat(60)}\n  y`],
  ['a terminal without columns', `${'ab '.repeat(26)}ab`, 0, `${'ab '.repeat(25)}ab\n  ab`],
  ['no terminal', `${'ab '.repeat(26)}ab`, undefined, `${'ab '.repeat(25)}ab\n  ab`],
])('help is broken between words: %s', (_, text, columns, expected) =>
  expect(wrapped(text, { columns: columns as number })).toBe(expected),
);

it('what goes on can be put below where it began', () =>
  expect(wrapped('  tune  Tunes an adapter on a folder and stores it', { columns: 42 }, 8)).toBe(
    '  tune  Tunes an adapter on a folder and\n        stores it',
  ));

const COMMANDS = ['tune', 'mine', 'eval', 'complete', 'adapters', 'live', 'models', 'backends', 'share', 'cluster'];

it.each([[], ...COMMANDS.map((name) => [name])])(
  'the help of repotune %s fits into a terminal of 80 columns',
  async (...names) => {
    const said: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((text) => void said.push(text));
    const { columns } = process.stdout;
    Object.assign(process.stdout, { columns: 80 });
    await dispatch([...names, '--help']);
    Object.assign(process.stdout, { columns });
    vi.restoreAllMocks();
    const lines = said.join('\n').split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  },
);
