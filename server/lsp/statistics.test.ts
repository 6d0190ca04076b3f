import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { leansOf, NO_LEANS } from '../completion/statistics/lean.ts';
import { StatisticsStore } from '../completion/statistics/store.ts';
import { type CompletionStatistics, Requests } from '../protocol/index.ts';
import { pointCursor, pointSource, TestClient, uriOf } from './testing.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let scratch: string;
let data: string;
let folder: string;
let clients: TestClient[];
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'repotune-statistics-'));
  [data, folder] = [join(scratch, 'data'), join(scratch, 'code')];
  mkdirSync(folder);
  clients = [];
});
afterEach(async () => {
  await stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function start(statistics: object = {}): Promise<TestClient> {
  const client = await TestClient.start({ folders: [folder], settings: { statistics }, env: { REPOTUNE_DATA: data } });
  clients.push(client);
  return client;
}

async function stop(): Promise<void> {
  for (const client of clients.splice(0)) expect(await client.stop()).toBe(0);
}

/** Gets a suggestion and accepts it. */
async function suggested(client: TestClient, name: string): Promise<void> {
  const uri = uriOf(join(folder, name));
  await client.open(uri, 'typescript', pointSource);
  const [item] = await client.inline(uri, pointCursor);
  const end = client.document(uri).offsetAt(item!.range!.end);
  await client.edit(uri, pointCursor, end - pointCursor, String(item!.insertText));
}

async function offeredIn(client: TestClient): Promise<number> {
  const { days } = await client.connection.sendRequest<CompletionStatistics>(Requests.statistics, {});
  return days.reduce((sum, { offered }) => sum + offered, 0);
}

/** The statistics as they would be in the file after this session. */
const kept = (): StatisticsStore => new StatisticsStore(join(data, 'statistics.json'), Date.now);

test('cleared statistics are not brought back by another window', async () => {
  const before = kept();
  before.add({ offered: 40, accepted: 10 }, Date.now() - 24 * 3600_000);
  for (let i = 0; i < 40; i++) before.came({ writer: 'base', chance: 0.5, isRight: false }, Date.now());
  await before.flush();
  expect(leansOf(await kept().leans()).base).toBeLessThan(-0.5);
  const [one, other] = [await start(), await start()];
  await suggested(other, 'a.ts');
  expect(await offeredIn(other)).toBe(41);
  expect(await one.connection.sendRequest(Requests.clearStatistics, {})).toBe(
    'The statistics were cleared: the counts of 40 suggestions on 1 day, and what was learned from them.',
  );
  for (const client of clients) expect(await offeredIn(client)).toBe(0);
  await stop();
  expect([...(await kept().days()).values()].filter(({ offered }) => offered > 0)).toEqual([]);
  expect(leansOf(await kept().leans())).toEqual(NO_LEANS);
});

test('with statistics off nothing is counted, and earlier counts are kept', async () => {
  const before = kept();
  before.add({ offered: 2 }, Date.now());
  await before.flush();
  const file = readFileSync(join(data, 'statistics.json'), 'utf8');
  const client = await start({ enabled: false });
  expect((await client.state()).statisticsEnabled).toBe(false);
  await suggested(client, 'a.ts');
  expect(await offeredIn(client)).toBe(2);
  await client.settings({ statistics: { enabled: true } });
  expect((await client.state()).statisticsEnabled).toBe(true);
  await client.settings({ statistics: { enabled: false } });
  await stop();
  // On a slow machine, reading ahead after the edit ends while they are on, and its time is counted.
  const now = readFileSync(join(data, 'statistics.json'), 'utf8');
  expect(now.replace(/"cpuMs": [\d.]+/, '"cpuMs": 0')).toBe(file);
});
