import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Action, type Offered, passagesOf, Typist } from './typist.ts';

const text = readFileSync(new URL('./typist.ts', import.meta.url), 'utf8');

function play(typist: Typist, offer: (typist: Typist) => Offered | null): Action[] {
  const actions: Action[] = [];
  for (let i = 0; i < 20_000; i++) {
    const action = typist.next(offer(typist));
    if (action.kind === 'done') return actions;
    actions.push(action);
  }
  throw new Error('never done');
}

test.each(passagesOf(text, 12, 8))(
  'passage at $start: the typist restores the file in the end, despite typos and jumps',
  (passage) => {
    for (let seed = 1; seed <= 5; seed++) {
      const typist = new Typist(passage, { seed, typoShare: 0.1, jumpShare: 0.05 });
      play(typist, () => null);
      expect(typist.document).toBe(text);
    }
  },
);

test('accepting right suggestions saves two thirds of the actions', () => {
  const [passage] = passagesOf(text, 12, 1);
  const plain = play(new Typist(passage!, { seed: 1 }), () => null);
  const helped = new Typist(passage!, { seed: 1 });
  const actions = play(helped, (typist) => {
    const rest = text.slice(typist.cursor, passage!.end);
    const line = rest.split('\n', 1)[0]!;
    return line.length > 4 ? { text: line, replaceAfter: 0 } : { text: 'something else', replaceAfter: 0 };
  });
  expect(actions.filter(({ kind }) => kind === 'accept').length).toBeGreaterThan(5);
  expect(actions.length).toBeLessThan(plain.length / 3);
});

test('the same seed repeats the same actions, in a human typing rhythm', () => {
  const [passage] = passagesOf(text, 12, 1);
  const once = play(new Typist(passage!, { seed: 7 }), () => null);
  expect(play(new Typist(passage!, { seed: 7 }), () => null)).toEqual(once);
  const waits = once.flatMap((action) => ('afterMs' in action ? [action.afterMs] : [])).sort((a, b) => a - b);
  expect(waits[Math.floor(waits.length / 2)]).toBeGreaterThan(80);
  expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(300);
  expect(waits.at(-1)).toBeGreaterThan(500);
});
