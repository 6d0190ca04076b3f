import { expect, it } from 'vitest';
import { freeBytesIn } from './macMemory.ts';

const printed = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               5374.
Pages active:                           301277.
Pages inactive:                         298451.
Pages speculative:                        1937.
Pages throttled:                             0.
Pages wired down:                       124217.
Pages purgeable:                          7154.
"Translation faults":               3417836371.
File-backed pages:                      178213.
Anonymous pages:                        423452.
`;

it('counts free, speculative and inactive pages of a Mac as free', () => {
  expect(freeBytesIn(printed)).toBe(16384 * (5374 + 1937 + 298451));
});

it.each(['', 'vm_stat: no such command\n', printed.replace('Pages inactive', 'Pages other')])(
  'returns null for any other text: %j',
  (text) => {
    expect(freeBytesIn(text)).toBeNull();
  },
);
