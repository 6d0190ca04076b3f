import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinStores } from './joinStores.ts';
import { clearSetAside } from './setAside.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'repotune-set-aside-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const DAY_MS = 24 * 3600 * 1000;
const left = (): string[] => readdirSync(join(data, 'folders')).sort();

it('what both stores had is kept for three months, and deleted then', async () => {
  const [former, present] = [join(data, 'folders', 'project-0123456789ab'), join(data, 'repotune')];
  for (const dir of [former, present]) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'routes.json'), dir);
  }
  utimesSync(former, 1e9, 1e9);
  await joinStores(former, present);
  expect(left()).toEqual([expect.stringMatching(/^project-0123456789ab-before-git-[0-9a-f]{8}$/)]);
  await clearSetAside(Date.now() + 89 * DAY_MS, data);
  expect(left()).toHaveLength(1);
  await clearSetAside(Date.now() + 91 * DAY_MS, data);
  expect(left()).toEqual([]);
});

it('stores in use stay, whatever their folders are called and however old they are, and so does what a link leads to', async () => {
  const names = ['project-0123456789ab', 'a-before-git-01234567-0123456789ab', 'b-before-git-01234567'];
  for (const name of names) mkdirSync(join(data, 'folders', name), { recursive: true });
  mkdirSync(join(data, 'elsewhere'));
  symlinkSync(join(data, 'elsewhere'), join(data, 'folders', 'c-0123456789ab-before-git-01234567'));
  await clearSetAside(Date.now() + 1000 * DAY_MS, data);
  expect(left()).toEqual([...names, 'c-0123456789ab-before-git-01234567'].sort());
  expect(existsSync(join(data, 'elsewhere'))).toBe(true);
  await clearSetAside(Date.now(), join(data, 'none'));
});
