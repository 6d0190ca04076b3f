import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { latencyOf } from '../../protocol/latencies.ts';
import { NO_COUNTS } from '../../protocol/statistics.ts';
import { moved, UNKNOWN } from './lean.ts';
import { Recorder } from './recorder.ts';
import { StatisticsStore } from './store.ts';

const second = Date.parse('2026-01-02T12:00:00Z');
const third = Date.parse('2026-01-03T12:00:00Z');

async function scratch(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'repotune-statistics-')), 'data', 'statistics.json');
}

test('counts of several windows add up, and a damaged file starts anew', async () => {
  const path = await scratch();
  const [one, two] = [new StatisticsStore(path, () => second), new StatisticsStore(path, () => third)];
  one.add({ offered: 2, latencies: latencyOf(30) }, second);
  await one.flush();
  two.add({ offered: 1, accepted: 1 }, third);
  await two.flush();
  one.add({ offered: 1 }, second);
  await one.flush();
  const days = await two.days();
  expect(days.get('2026-01-02')).toMatchObject({ offered: 3, latencies: latencyOf(30) });
  expect(days.get('2026-01-03')).toMatchObject({ offered: 1, accepted: 1 });
  // Written by an older version.
  await writeFile(path, '{"days": {"2026-01-01": {"offered": 5, "engineMs": 700}}}');
  expect((await one.days()).get('2026-01-01')).toEqual({ ...NO_COUNTS, offered: 5 });
  one.add({ offered: 1, cpuMs: 30 }, second);
  await one.flush();
  expect((await two.days()).get('2026-01-02')).toMatchObject({ cpuMs: 30 });
  // The second has a day that no calendar has: it belongs to no week.
  for (const damaged of ['{"days": 7', '{"days": {"2026-99-99": {"offered": 5}}}']) {
    await writeFile(path, damaged);
    expect([...(await one.days())]).toEqual([]);
    one.add({ offered: 1 }, second);
    await one.flush();
    expect(JSON.parse(await readFile(path, 'utf8')).days['2026-01-02'].offered).toBe(1);
  }
});

test.each([
  ['America/New_York', '2026-01-03T04:30:00Z', '2026-01-02'],
  ['Asia/Tokyo', '2026-01-01T15:00:00Z', '2026-01-02'],
  ['UTC', '2026-01-02T23:59:59Z', '2026-01-02'],
])('a suggestion counts for the local calendar day in %s', async (zone, at, day) => {
  vi.stubEnv('TZ', zone);
  const path = await scratch();
  await mkdir(dirname(path));
  // Written by a version that counted by UTC: its counts stay and continue.
  await writeFile(path, '{"days": {"2026-01-02": {"offered": 5}, "2026-01-03": {"offered": 2}}}');
  const store = new StatisticsStore(path, () => Date.parse(at));
  store.add({ offered: 1 }, Date.parse(at));
  const counts = async () => [...(await store.days())].map(([on, { offered }]) => [on, offered]);
  const before = await counts();
  await store.flush();
  for (const days of [before, await counts()])
    expect(days).toEqual([
      [day, 6],
      ['2026-01-03', 2],
    ]);
  vi.unstubAllEnvs();
});

test('the file holds only numbers, and nothing of what was offered, written or open', async () => {
  const path = await scratch();
  const store = new StatisticsStore(path, () => second);
  const text = "connect('svc', 'kQ7vZp2wXr9tLm4c')";
  const recorder = new Recorder({
    isOn: () => true,
    nowMs: () => second,
    add: (counts, ofMs) => store.add(counts, ofMs),
    came: (outcome, ofMs) => store.came(outcome, ofMs),
    documentText: () => text,
    armOf: () => null,
    observe: () => {},
    versionOf: () => null,
    used: () => {},
    stands: () => {},
    later: () => () => {},
  });
  recorder.offered({
    id: '1',
    uri: 'file:///home/ada/svc.ts',
    offset: 0,
    text,
    replaceAfter: 0,
    latencyMs: 100,
    expectation: { writer: 'base', chance: 0.5 },
  });
  recorder.edited('file:///home/ada/svc.ts', { offset: 0, length: 0, text });
  await store.flush();
  const { days, leans } = JSON.parse(await readFile(path, 'utf8')) as Record<
    'days' | 'leans',
    Record<string, Record<string, unknown>>
  >;
  expect(Object.keys(days)).toEqual(['2026-01-02']);
  expect(days['2026-01-02']).toMatchObject({ offered: 1, accepted: 1 });
  expect(leans['base']!['logOdds']).toBeGreaterThan(0);
  const values = [...Object.values(days), ...Object.values(leans)].flatMap((day) => Object.values(day).flat());
  expect(values.filter((value) => typeof value !== 'number')).toEqual([]);
});

test('leans learned in several windows add up', async () => {
  const path = await scratch();
  await mkdir(dirname(path));
  const [one, two] = [new StatisticsStore(path, () => second), new StatisticsStore(path, () => second)];
  const outcome = { writer: 'base', chance: 0.5, isRight: false } as const;
  // Written by an older version.
  await writeFile(path, '{"days": {"2026-01-01": {"offered": 5}}}');
  expect(await one.leans()).toEqual(UNKNOWN);
  one.came(outcome, second);
  await one.flush();
  two.came(outcome, second);
  const both = [outcome, outcome].reduce(moved, UNKNOWN);
  expect(await two.leans()).toEqual(both);
  await two.flush();
  expect(await one.leans()).toEqual(both);
  expect((await one.days()).get('2026-01-01')).toMatchObject({ offered: 5 });
  await writeFile(path, '{"days": {}, "leans": {"base": {"logOdds": -30, "weight": 1}}}');
  expect(await one.leans()).toEqual(UNKNOWN);
});

test('two processes that write at the same time lose no counts', async () => {
  const path = await scratch();
  const module = new URL('./store.ts', import.meta.url).href;
  const program = `
    const { StatisticsStore } = await import(${JSON.stringify(module)});
    const store = new StatisticsStore(${JSON.stringify(path)}, () => ${second});
    for (let i = 0; i < 60; i++) {
      store.add({ offered: 1 }, ${second});
      const writing = store.flush();
      store.add({ accepted: 1 }, ${second});
      await writing;
    }
    await store.flush();`;
  const windows = [1, 2].map(() =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  for (const window of windows) if (window.exitCode === null) await once(window, 'exit');
  expect(windows.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const days = await new StatisticsStore(path, () => second).days();
  expect(days.get('2026-01-02')).toMatchObject({ offered: 120, accepted: 120 });
}, 60_000);

describe('clearing the statistics', () => {
  const outcome = { writer: 'base', chance: 0.5, isRight: false } as const;
  const earlier = { offered: 3, accepted: 1 };

  test('removes counts and leans and reports how many days and offers they were', async () => {
    const path = await scratch();
    const store = new StatisticsStore(path, () => third);
    store.add(earlier, second);
    store.came(outcome, second);
    await store.flush();
    store.add({ offered: 2 }, third);
    expect(await store.clear()).toEqual({ days: 2, offered: 5 });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ clearedAtMs: third, leans: UNKNOWN, days: {} });
    expect([(await store.days()).size, await store.leans()]).toEqual([0, UNKNOWN]);
    expect(await store.clear()).toEqual({ days: 0, offered: 0 });
  });

  test('drops the unwritten counts of other windows, which go on counting', async () => {
    const path = await scratch();
    let nowMs = second;
    const [one, two, opened] = Array.from({ length: 3 }, () => new StatisticsStore(path, () => nowMs)) as [
      StatisticsStore,
      StatisticsStore,
      StatisticsStore,
    ];
    two.add(earlier, second);
    await two.flush();
    for (const store of [two, opened]) {
      store.add(earlier, second);
      store.came(outcome, second);
    }
    nowMs = third;
    await one.clear();
    for (const store of [two, opened]) expect([(await store.days()).size, await store.leans()]).toEqual([0, UNKNOWN]);
    // Later outcomes of an earlier suggestion are dropped with it.
    two.add({ accepted: 1, acceptedCharacters: 9 }, second);
    two.add({ offered: 1 }, third + 1);
    two.came(outcome, third + 1);
    for (const store of [two, opened]) await store.flush();
    expect([...(await one.days())]).toEqual([['2026-01-03', { ...NO_COUNTS, offered: 1 }]]);
    expect(await one.leans()).toEqual(moved(UNKNOWN, outcome));
  });

  test('leaves no counts while another window writes', async () => {
    const path = await scratch();
    const [one, two] = [new StatisticsStore(path, () => third), new StatisticsStore(path, () => third)];
    for (let i = 0; i < 20; i++) {
      two.add(earlier, second);
      await Promise.all(i % 2 === 0 ? [two.flush(), one.clear()] : [one.clear(), two.flush()]);
      expect((await one.days()).size).toBe(0);
    }
  });

  test('loses no later counts when its clock was ahead', async () => {
    const path = await scratch();
    await new StatisticsStore(path, () => third).clear();
    const store = new StatisticsStore(path, () => second);
    store.add({ offered: 1 }, second);
    await store.flush();
    expect((await store.days()).get('2026-01-02')).toMatchObject({ offered: 1 });
  });
});
