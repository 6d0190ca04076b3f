import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { warmZone } from './warmth.ts';

async function zones(entries: readonly Readonly<Record<string, string>>[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'repotune-warmth-'));
  for (const [i, files] of entries.entries()) {
    const dir = join(root, `thermal_zone${i}`);
    await mkdir(dir);
    for (const [file, text] of Object.entries(files)) await writeFile(join(dir, file), `${text}\n`);
  }
  await mkdir(join(root, 'cooling_device0'));
  return root;
}

const trip = (celsius: number, type: string) => ({
  trip_point_0_type: type,
  trip_point_0_temp: `${celsius * 1000}`,
});

test.each<[string, Readonly<Record<string, string>>[], string | null]>([
  ['a cool processor', [{ type: 'x86_pkg_temp', temp: '51000', ...trip(100, 'passive') }], null],
  ['a processor close to being throttled', [{ type: 'x86_pkg_temp', temp: '91000', ...trip(100, 'passive') }], '91'],
  ['a processor without a trip point', [{ type: 'cpu-thermal', temp: '81000' }], '81'],
  ['an impossible trip point', [{ type: 'x86_pkg_temp', temp: '70000', ...trip(-274, 'passive') }], null],
  ['a fan that has begun to turn', [{ type: 'acpitz', temp: '56000', ...trip(55, 'active') }], null],
  ['a wireless card without a trip point', [{ type: 'iwlwifi_1', temp: '85000' }], null],
  [
    'a sensor that is not connected',
    [
      { type: 'cpu', temp: '255000' },
      { type: 'cpu', temp: '' },
    ],
    null,
  ],
  [
    'one warm zone of several',
    [
      { type: 'acpitz', temp: '40000', ...trip(105, 'critical') },
      { type: 'acpitz', temp: '96000', ...trip(105, 'critical') },
    ],
    '96',
  ],
])('judges the warmth of %s', async (_, entries, expected) => {
  const warm = await warmZone(await zones(entries));
  expect(warm === null ? null : String(warm.celsius)).toBe(expected);
});

test('a system that does not say is taken to be cool', async () => {
  expect(await warmZone('/nowhere')).toBeNull();
});
