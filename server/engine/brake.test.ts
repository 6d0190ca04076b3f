import { expect, test } from 'vitest';
import { Brake } from './brake.ts';

function recording() {
  const calls: string[] = [];
  return { calls, pause: () => void calls.push('pause'), resume: () => void calls.push('resume') };
}

test('the brake pauses at the first reason and resumes after the last', () => {
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

test('a released brake resumes its target and never pauses it again', () => {
  const brake = new Brake();
  const target = recording();
  brake.attach(target);
  brake.set('user', true);
  brake.release();
  brake.set('battery', true);
  expect(target.calls).toEqual(['pause', 'resume']);
});

test('a target attached while a reason holds is paused, one detached since is not resumed', () => {
  const brake = new Brake();
  brake.set('user', true);
  const target = recording();
  const leave = brake.attach(target);
  leave();
  brake.set('user', false);
  expect(target.calls).toEqual(['pause']);
});
