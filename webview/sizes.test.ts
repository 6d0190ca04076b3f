import { expect, test } from 'vitest';
import { needsOf, presetOf, sizeNamed } from './sizes.ts';

test('names the minutes, memory and rank of a run', () => {
  const plan = { minutes: 5, rank: 16, memoryBytes: 400e6, leastFreeBytes: 1e8, fromDisk: false };
  expect(needsOf(plan)).toBe('up to 5 min, about 400 MB of memory, rank 16');
  expect(needsOf({ ...plan, minutes: 1.5 })).toContain('up to 1.5 min');
  expect(needsOf({ ...plan, minutes: 1440, memoryBytes: 12e9 })).toBe('up to 24 h, about 12.0 GB of memory, rank 16');
  expect(needsOf({ ...plan, minutes: 90 })).toContain('up to 1 h 30 min,');
  expect(needsOf({ ...plan, fromDisk: true })).toBe(
    'up to 5 min, about 400 MB of memory with the base read from disk, rank 16',
  );
});

test('says nothing without a plan', () => {
  expect(needsOf(null)).toBe('');
});

test('starts with the settings, and keeps a known size that was chosen before', () => {
  expect(sizeNamed(null)).toBe('settings');
  expect(sizeNamed('thorough')).toBe('thorough');
  expect(sizeNamed('gigantic')).toBe('settings');
  expect(sizeNamed('toString')).toBe('settings');
});

test('only a preset is sent in place of the settings', () => {
  expect(presetOf('quick')).toBe('quick');
  expect(presetOf('settings')).toBeUndefined();
});
