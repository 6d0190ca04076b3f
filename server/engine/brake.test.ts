import { expect, test } from 'vitest';
import { Brake } from './brake.ts';

function recording() {
  const calls: string[] = [];
  return { calls, pause: () => void calls.push('pause'), resume: () => void calls.push('resume') };
}

test('stands still from the first reason to the last', () => {
  const brake = new Brake();
  const target = recording();
  brake.attach(target);
  brake.set('user', true);
  brake.set('battery', true);
  brake.set('battery', true);
  brake.set('user', false);
  expect(target.calls).toEqual(['pause']);
  brake.set('battery', false);
  expect(target.calls).toEqual(['pause', 'resume']);
});

test('once released it never stops anything again', () => {
  const brake = new Brake();
  const target = recording();
  brake.attach(target);
  brake.set('user', true);
  brake.release();
  brake.set('battery', true);
  expect(target.calls).toEqual(['pause', 'resume']);
});

test('what comes while there is a reason starts stopped, and what has left is not touched', () => {
  const brake = new Brake();
  brake.set('user', true);
  const target = recording();
  const leave = brake.attach(target);
  leave();
  brake.set('user', false);
  expect(target.calls).toEqual(['pause']);
});
