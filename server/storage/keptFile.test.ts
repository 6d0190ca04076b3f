import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addObservations, readLiveComparison, startLiveComparison } from '../adapters/liveComparisonFile.ts';
import { addStanding } from '../adapters/standingFile.ts';
import { addVersionUse, readUse } from '../adapters/useFile.ts';
import { StatisticsStore } from '../completion/statistics/store.ts';
import { NO_OBSERVATIONS } from '../liveComparison/arms.ts';
import { NO_USE } from '../liveComparison/guard.ts';
import { NO_COUNTS } from '../protocol/statistics.ts';

const { readBounded } = vi.hoisted(() => ({ readBounded: vi.fn<(path: string, most: number) => Promise<string>>() }));
const original = await vi.importActual<typeof import('./readBounded.ts')>('./readBounded.ts');
vi.mock('./readBounded.ts', async (actual) => ({ ...(await actual<object>()), readBounded }));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-kept-'));
  readBounded.mockImplementation(original.readBounded);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const START = '2026-01-02T12:00:00.000Z';
const nowMs = Date.parse(START);

/** Creates the file and then adds to it. */
const files: Readonly<Record<string, () => Promise<unknown>>> = {
  'use.json': () => addVersionUse(dir, 'a-1', { ...NO_USE, suggestions: 1 }),
  'standing.json': () => addStanding(dir, 'const total = values.reduce((sum, value) => sum + value, 0);\n', 1),
  'liveComparison.json': async () => {
    const counts = { ...NO_OBSERVATIONS, offered: 1 };
    const known = await original.readBounded(join(dir, 'liveComparison.json'), 1e6).catch(() => null);
    if (known === null) await startLiveComparison(dir, { active: 'a-1', rival: null, share: 0.5 }, nowMs);
    else await addObservations(dir, START, { active: counts, rival: counts });
  },
  'statistics.json': async () => {
    const store = new StatisticsStore(join(dir, 'statistics.json'), () => nowMs);
    store.add({ ...NO_COUNTS, offered: 1 }, nowMs);
    await store.flush();
  },
};

describe.each(Object.entries(files))('%s', (name, add) => {
  const path = (): string => join(dir, name);

  it.each(['EBUSY', 'EACCES', 'EIO', 'EMFILE'])(
    'is left unchanged, and adding fails, while reading it fails with %s',
    async (code) => {
      await add();
      const before = await readFile(path(), 'utf8');
      readBounded.mockImplementation(async (asked, most) => {
        if (asked === path()) throw Object.assign(new Error(`${code}: open '${asked}'`), { code });
        return await original.readBounded(asked, most);
      });
      await expect(add()).rejects.toThrow(code);
      expect(await readFile(path(), 'utf8')).toBe(before);
    },
  );

  it('is left unchanged when a newer version wrote it', async () => {
    const newer = JSON.stringify({ format: 2, days: [], versions: 'elsewhere' });
    await writeFile(path(), newer);
    await expect(add()).rejects.toThrow(/written by a newer release of Repotune/);
    expect(await readFile(path(), 'utf8')).toBe(newer);
  });

  it.each(['', '\0\0\0\0', '{"format":1,"days":{"2026-', '[]', '7'])(
    'is started over where it holds %j',
    async (text) => {
      if (name === 'liveComparison.json') {
        await writeFile(path(), text);
        // Nothing says which adapters it compared, so the next one starts over.
        expect(await readLiveComparison(dir)).toBeNull();
        await add();
        expect(await readFile(path(), 'utf8')).toBe(text);
        await startLiveComparison(dir, { active: 'a-1', rival: null, share: 0.5 }, nowMs);
        expect(await readLiveComparison(dir)).toMatchObject({ startedAt: START, active: 'a-1', rival: null });
        return;
      }
      await add();
      const fresh = await readFile(path(), 'utf8');
      await writeFile(path(), text);
      await add();
      expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual(JSON.parse(fresh));
    },
  );
});

it('a file that cannot be read for now is shown as empty', async () => {
  readBounded.mockRejectedValue(Object.assign(new Error('EBUSY'), { code: 'EBUSY' }));
  expect((await readUse(dir)).versions).toEqual({});
  expect((await new StatisticsStore(join(dir, 'statistics.json'), () => nowMs).days()).size).toBe(0);
});

it('counts that could not be written are written once the file can be read again', async () => {
  const path = join(dir, 'statistics.json');
  const store = new StatisticsStore(path, () => nowMs);
  store.add({ offered: 2 }, nowMs);
  await store.flush();
  store.add({ offered: 1 }, nowMs);
  readBounded.mockImplementationOnce(original.readBounded);
  readBounded.mockRejectedValueOnce(Object.assign(new Error('EBUSY'), { code: 'EBUSY' }));
  await store.flush().catch(() => {});
  readBounded.mockImplementation(original.readBounded);
  await store.flush();
  expect([...(await store.days()).values()].map(({ offered }) => offered)).toEqual([3]);
});
