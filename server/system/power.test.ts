import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Power, runsOnBattery } from './power.ts';

async function supplies(entries: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'repotune-power-'));
  for (const [name, files] of Object.entries(entries)) {
    await mkdir(join(root, name));
    for (const [file, text] of Object.entries(files)) await writeFile(join(root, name, file), `${text}\n`);
  }
  return root;
}

test.each([
  [
    'a laptop on its battery',
    { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery', status: 'Discharging' } },
    true,
  ],
  [
    'a laptop at the wall',
    { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery', status: 'Charging' } },
    false,
  ],
  ['a desktop with a wireless mouse', { mouse: { type: 'Battery', scope: 'Device', status: 'Discharging' } }, false],
  ['a desktop', {}, false],
])('tells whether the battery powers %s', async (_name, entries, expected) => {
  expect(await runsOnBattery(await supplies(entries))).toBe(expected);
});

test('a system that does not say is taken to be on mains power', async () => {
  expect(await runsOnBattery('/nowhere')).toBe(false);
});

test('asks the system once a minute, however often the answer is read', async () => {
  let [asked, nowMs] = [0, 0];
  const power = new Power(
    async () => {
      asked++;
      return true;
    },
    () => nowMs,
  );
  for (let i = 0; i < 10; i++) void power.onBattery;
  await Promise.resolve();
  expect([asked, power.onBattery]).toEqual([1, true]);
  nowMs = 61_000;
  void power.onBattery;
  expect(asked).toBe(2);
});
