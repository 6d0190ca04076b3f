import { expect, test } from 'vitest';
import { type ArmName, isArm, learnedBy, windowOf } from './arms.ts';

test.each([
  ['base', null, null],
  ['tuned', 'own', null],
  ['tuned-context', 'own', null],
  ['other', 'other', null],
  ['base-prefix-first', null, null],
  ['base-1024', null, 1024],
  ['tuned-1024', 'own', 1024],
] satisfies [ArmName, string | null, number | null][])(
  '%s has learned %s, and windows of %s tokens',
  (arm, learned, tokens) => {
    expect([isArm(arm), learnedBy(arm), windowOf(arm)]).toEqual([true, learned, tokens]);
  },
);

test.each(['', 'tuned-', 'base-0', 'other-64', 'tuned-context-64', 'toString'])('%o is no arm', (name) => {
  expect(isArm(name)).toBe(false);
});
