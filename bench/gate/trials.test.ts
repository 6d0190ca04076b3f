import { expect, test } from 'vitest';
import { trialsOf } from './trials.ts';

test('what is worse than the base is judged as a first version too, other adapters beside an honest one alone', () => {
  const noise = { name: 'noise', path: 'noisy', scale: 1, worseThanBase: true };
  const elsewhere = { name: 'another repository', path: 'elsewhere', scale: 1, worseThanBase: false };
  expect(trialsOf([noise, elsewhere], 'honest').map(({ name, rival }) => [name, rival])).toEqual([
    ['noise', null],
    ['noise', 'honest'],
    ['another repository', 'honest'],
  ]);
});
