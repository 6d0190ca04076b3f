import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Leaving } from '../protocol/cluster.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { isKnownAddress } from './address.ts';
import { ClusterError } from './errors.ts';
import { RayJobs } from './rayJobs.ts';
import { send } from './send.ts';
import { jobFolder, readSubmission } from './submission.ts';
import { type JobsStandIn, startJobs } from './testing.ts';
import { type PackedRepository, packedRepository } from './testingPacked.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const { signal } = new AbortController();
let here: PackedRepository;
let cluster: JobsStandIn;
let jobs: RayJobs;

beforeAll(async () => {
  here = await packedRepository();
});
beforeEach(async () => {
  cluster = await startJobs();
  jobs = new RayJobs(cluster.address, undefined);
  here.renew();
});
afterEach(async () => {
  await jobs.dispose();
  await cluster.close();
});
afterAll(() => here.dispose());

const sendAs = (consent: (leaving: Leaving) => Promise<boolean>, more: AbortSignal = signal) =>
  send(here.folder, jobs, here.data, consent, '0.0.0', () => {}, more);

test('nothing is sent and no address is remembered when consent is declined', async () => {
  await expect(sendAs(async () => false)).rejects.toThrow('Nothing was sent.');
  expect([cluster.packages.size, cluster.submitted.length]).toEqual([0, 0]);
  expect(await isKnownAddress(here.data, cluster.address)).toBe(false);
});

test('exactly the listed files are sent, without the repository’s name, authors or ignored files', async () => {
  let asked: Leaving | null = null;
  await sendAs(async (leaving) => {
    asked = leaving;
    return true;
  });
  const [zip] = cluster.packages.values();
  const files = unzipSync(zip!);
  expect(Object.keys(files).sort()).toEqual((asked as Leaving | null)?.files.map(({ path }) => path));
  expect(Object.keys(files).sort()).toEqual(['1/train.jsonl', 'config.yaml', 'job.py', 'requirements.txt', 'train.py']);
  const text =
    Object.values(files)
      .map((bytes) => Buffer.from(bytes).toString())
      .join('') + JSON.stringify(cluster.submitted);
  for (const mark of ['ignoredmark', 'messagemark', 'Ada Dev', basename(here.repository.root), bundledModelPath()])
    expect(text).not.toContain(mark);
  expect(cluster.submitted[0]?.['runtime_env']).toMatchObject({ pip: expect.arrayContaining(['trl==1.16.0']) });
  expect(JSON.stringify(cluster.submitted)).not.toContain('"ray');
  // The rows contain code, so they are deleted once sent.
  expect(existsSync(jobFolder(here.folder))).toBe(false);
  expect(await isKnownAddress(here.data, cluster.address)).toBe(true);
});

test('while the cluster accepts a job, a process that is killed leaves a note of where it is', async () => {
  const noted: (string | null)[] = [];
  cluster.onUnanswered = () => {
    noted.push(JSON.parse(readFileSync(join(here.folder, 'submission.json'), 'utf8')).address);
  };
  await sendAs(async () => true);
  expect(noted).toEqual([cluster.address]);
});

test('a job that the cluster refused was not sent', async () => {
  vi.spyOn(jobs, 'submit').mockRejectedValueOnce(new ClusterError('refused', 'No.'));
  await expect(sendAs(async () => true)).rejects.toThrow('No.');
  expect((await readSubmission(here.folder)).address).toBeNull();
  expect(existsSync(jobFolder(here.folder))).toBe(true);
});

test('an address gets the token only once it was agreed to', async () => {
  await jobs.dispose();
  jobs = new RayJobs(cluster.address, 'the-token');
  cluster.token = 'the-token';
  await expect(sendAs(async () => false)).rejects.toThrow('Nothing was sent.');
  expect(cluster.authorized).toBe(0);
  await sendAs(async () => {
    expect(cluster.authorized).toBe(0);
    return true;
  });
  expect(cluster.submitted).toHaveLength(1);
});

test('without the token that a new address asks for, nobody is asked to send anything there', async () => {
  cluster.token = 'the-token';
  const consent = vi.fn(async () => true);
  await expect(sendAs(consent)).rejects.toThrow('RAY_AUTH_TOKEN');
  expect(consent).not.toHaveBeenCalled();
});

test('a job that the cluster accepted without an answer counts as sent, once', async () => {
  cluster.onUnanswered = () => {};
  expect(await sendAs(async () => true)).toMatchObject({ id: 'repotune-test', address: cluster.address });
  expect(cluster.submitted).toHaveLength(1);
});

test('when the cluster vanishes before it answers, its address is kept and the message says how to follow', async () => {
  const { address } = cluster;
  cluster.onUnanswered = () => void cluster.close();
  await expect(sendAs(async () => true)).rejects.toThrow(
    'run on the command line: repotune cluster follow repotune-test',
  );
  expect((await readSubmission(here.folder)).address).toBe(address);
});

test('a cluster that fails when asked whether it accepted the job may have accepted it', async () => {
  cluster.onUnanswered = () => (cluster.answer = 500);
  await expect(sendAs(async () => true)).rejects.toThrow(
    'run on the command line: repotune cluster follow repotune-test',
  );
  expect((await readSubmission(here.folder)).address).toBe(cluster.address);
});

test('aborting before the cluster answers, and then without reaching it, keeps its address and says how to stop', async () => {
  const { address } = cluster;
  const abort = new AbortController();
  cluster.onUnanswered = () => {
    abort.abort();
    void cluster.close();
  };
  await expect(sendAs(async () => true, abort.signal)).rejects.toThrow(
    'To stop it, run on the command line: repotune cluster stop repotune-test',
  );
  expect((await readSubmission(here.folder)).address).toBe(address);
});

test('aborting before the cluster answers stops the job there', async () => {
  const abort = new AbortController();
  cluster.onUnanswered = () => abort.abort();
  await expect(sendAs(async () => true, abort.signal)).rejects.toThrow('aborted');
  expect(cluster.stopped).toEqual(['repotune-test']);
});
