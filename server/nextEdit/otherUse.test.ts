import { expect, it } from 'vitest';
import { mayBeOther } from './otherUse.ts';

it.each<[string, boolean]>([
  ['    this.#w = w;', true],
  ['    @w = w', true],
  ['  self->w = w;', true],
  ['  Shape::w(w)', true],
  ['  return { h, w };', true],
  ['  return { w };', true],
  ['  return { w, h };', true],
  ['  w,', true],
  ['  { w: w.size }', true],
  ['  w: 1,', true],
  ['  replace(area, w=w)', true],
  ['  replace(w: w)', true],
  ['  (w: number) => w', true],
  ['  h, w', true],
  ['  return w * h;', false],
  ['  return h, w', false],
  ['  w', false],
  ['  f(h, w, 1);', false],
  ['  f(w)', false],
  ['  [h, w]', false],
  ['  { h: w }', false],
  ['  if (w == 1) {', false],
  ['  w = 2', false],
  ['  let h = 1, x = w;', false],
  ['  a ? w : h', false],
  ['  case w:', false],
  ['  this.w', false],
  ['  log("{ w, h }", w);', false],
  ['  wide, w2', false],
])('in %j, w may be something else than the variable: %s', (line, other) => {
  expect(mayBeOther(line, 'w')).toBe(other);
});
