import { beforeEach, expect, it, vi } from 'vitest';

let windowsOnBattery: typeof import('./windowsPower.ts').windowsOnBattery;
beforeEach(async () => {
  vi.resetModules();
  ({ windowsOnBattery } = await import('./windowsPower.ts'));
});

it('asks the library each time, and loads it once', () => {
  const onBattery = vi.fn(() => true);
  const load = vi.fn(() => ({ onBattery }));
  expect(windowsOnBattery(load)).toBe(true);
  onBattery.mockReturnValue(false);
  expect(windowsOnBattery(load)).toBe(false);
  expect(load).toHaveBeenCalledTimes(1);
});

it('takes a machine to be on mains power if the library cannot be loaded, and does not try again', () => {
  const load = vi.fn(() => {
    throw new Error('The specified module could not be found.');
  });
  expect([windowsOnBattery(load), windowsOnBattery(load)]).toEqual([false, false]);
  expect(load).toHaveBeenCalledTimes(1);
});

it('looks for the library beside the bundle by itself, where a checkout has none', () => {
  expect(windowsOnBattery()).toBe(false);
});
