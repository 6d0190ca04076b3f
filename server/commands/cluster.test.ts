import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { rememberAddress } from '../cluster/address.ts';
import { type JobsStandIn, startJobs } from '../cluster/testing.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { RunFollower } from '../runs/runFollower.ts';
import { dispatch } from './dispatch.ts';

vi.setConfig({ testTimeout: 120_000 });

const repository = new ScratchRepository();
const data = mkdtempSync(join(tmpdir(), 'repotune-submit-'));
const place = join(data, 'cluster', 'submissions');
const submissions = (): string[] => (existsSync(place) ? readdirSync(place) : []);
let cluster: JobsStandIn;
let said: string[];

beforeAll(() => {
  for (let i = 0; i < 20; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 2));
  repository.commit();
});
beforeEach(async () => {
  vi.stubEnv('REPOTUNE_DATA', data);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  said = [];
  for (const way of ['log', 'error'] as const)
    vi.spyOn(console, way).mockImplementation((...words) => void said.push(words.join(' ')));
  cluster = await startJobs();
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await cluster.close();
});
afterAll(() => {
  repository[Symbol.dispose]();
  rmSync(data, { recursive: true, force: true });
});

const submit = (...flags: string[]): Promise<number> =>
  dispatch(
    ['cluster', 'submit', repository.root, '--address', cluster.address, '--base', 'team/base'].concat(
      ['--device', 'cpu', '--steps', '2', '--detach'],
      flags,
    ),
  );

test('without a terminal, where nobody can agree, no rows are made', async () => {
  for (const flags of [[], ['--yes']]) {
    expect(await submit(...flags)).toBe(2);
    expect(said.splice(0).join()).toContain('Confirm with --trust-address');
  }
  expect(existsSync(place)).toBe(false);
  await rememberAddress(data, cluster.address);
  expect(await submit()).toBe(2);
  expect(said.join()).toContain('Send it? Confirm with --yes');
  expect(existsSync(place)).toBe(false);
});

test('rows that were not sent are not kept', async () => {
  cluster.onUnanswered = () => (cluster.answer = 404);
  expect(await submit('--trust-address')).toBe(1);
  expect(submissions()).toEqual([]);
});

test('a sent submission is kept until its adapters are in', async () => {
  expect(await submit('--trust-address', '--json')).toBe(0);
  expect(submissions()).toEqual([JSON.parse(said.at(-1)!).submission]);
});

test('a submission of a newer release is listed by its name, and stays', async () => {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(join(place, 'repotune-later'), { recursive: true });
  writeFileSync(join(place, 'repotune-later', 'submission.json'), JSON.stringify({ format: 2 }));
  expect(await dispatch(['cluster', 'list'])).toBe(0);
  const update = 'Sent by a newer release of Repotune: repotune-later. Update this one to follow it.';
  expect(said.splice(0)).toEqual([update]);
  await dispatch(['cluster', 'list', '--json']);
  expect(JSON.parse(said.splice(0).join())).toEqual({ submissions: [], newer: ['repotune-later'] });
  expect(await submit('--trust-address')).toBe(0);
  said.length = 0;
  await dispatch(['cluster', 'list']);
  expect(said.join()).toMatch(/^submission .*\nrepotune-.* \S+ +0 of 1\nSent by a newer release/s);
  expect(submissions()).toContain('repotune-later');
  rmSync(place, { recursive: true });
});

test.each([
  ['twice', (root: string) => [root, root], 'is named twice'],
  ['in two of its folders', (root: string) => [root, join(root, 'src')], 'are one repository'],
])('a repository named %s is not trained twice', async (_, folders, words) => {
  const asked = ['cluster', 'pack', ...folders(repository.root), '--base', 'team/base', '--steps', '2'];
  expect(await dispatch(asked)).toBe(1);
  expect(said.join()).toContain(words);
});

test('a run that is stopped in a window ends as one stopped at its terminal, and is stopped on the cluster', async () => {
  expect(await submit('--trust-address', '--json')).toBe(0);
  const { submission } = JSON.parse(said.at(-1)!);
  const follower = new RunFollower(await storeLocation(repository.root), {
    onProgress: ({ stage }) => stage === 'loading' && follower.send({ kind: 'stop' }),
    onResult: () => {},
    onFailure: () => {},
  });
  await follower.start();
  said = [];
  expect(await dispatch(['cluster', 'follow', submission])).toBe(130);
  follower.dispose();
  expect(said).toEqual(['repotune: stopped. Nothing was changed.']);
  expect(cluster.stopped).toEqual([submission]);
});
