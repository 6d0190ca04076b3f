import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClusterError } from './errors.ts';
import { RayJobs } from './rayJobs.ts';
import { type JobsStandIn, startJobs } from './testing.ts';

let cluster: JobsStandIn;
let jobs: RayJobs;
const { signal } = new AbortController();

beforeEach(async () => {
  cluster = await startJobs();
  jobs = new RayJobs(cluster.address, undefined, 1);
});
afterEach(async () => {
  await jobs.dispose();
  await cluster.close();
});

test('returns the version of Ray', async () => {
  expect(await jobs.version(signal)).toBe('2.60.0');
});

describe('the error says what is wrong', () => {
  test.each([
    [
      'a Ray that is too old',
      () => (cluster.version = { version: '4', ray_version: '2.9.3' }),
      'wrong-version',
      'Ray 2.10 or newer',
    ],
    [
      'another version of the API',
      () => (cluster.version = { version: '5', ray_version: '3.0.0' }),
      'wrong-version',
      'version 5',
    ],
    ['a server that is not Ray', () => (cluster.version = '<html>'), 'not-ray', 'not as Ray'],
    ['an unknown path', () => (cluster.answer = 404), 'not-ray', 'not a Ray dashboard'],
    ['a gateway that gets no answer', () => (cluster.answer = 502), 'no-answer', 'Check that the cluster is running'],
    ['a cluster that requires a token', () => (cluster.answer = 401), 'refused', 'RAY_AUTH_TOKEN'],
    ['a redirect', () => (cluster.answer = 307), 'bad-address', 'redirects to another address'],
  ])('%s', async (_, spoil, problem, words) => {
    spoil();
    const error = await jobs.version(signal).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClusterError);
    expect(error).toMatchObject({ problem, message: expect.stringContaining(words) });
  });

  test('no server at the address', async () => {
    const { address } = cluster;
    await cluster.close();
    const error = await jobs.version(signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      problem: 'no-answer',
      message: expect.stringContaining(`No cluster answers at ${address}`),
    });
  });
});

test('uploads a package once, under a hash of its content', async () => {
  const zip = Buffer.from('packed');
  const uri = await jobs.upload(zip, signal);
  expect(uri).toMatch(/^gcs:\/\/_ray_pkg_[0-9a-f]{32}\.zip$/);
  expect([...cluster.packages.values()]).toEqual([zip]);
  cluster.packages.set(uri.slice(6), Buffer.from('as it was'));
  expect(await jobs.upload(zip, signal)).toBe(uri);
  expect([...cluster.packages.values()].map(String)).toEqual(['as it was']);
});

test('retries a submission while the cluster has no job agent, and gives up in the end', async () => {
  cluster.busyFor = 3;
  const request = { submissionId: 'repotune-a-b', entrypoint: 'x', workingDir: 'gcs://x.zip', packages: null };
  await jobs.submit({ ...request, metadata: {} }, signal);
  expect(cluster.submitted).toHaveLength(1);
  cluster.answer = 504;
  // It may have reached the cluster.
  await expect(jobs.submit({ ...request, metadata: {} }, signal)).rejects.toMatchObject({ problem: 'no-answer' });
  cluster.answer = null;
  cluster.busyFor = 1000;
  await expect(jobs.submit({ ...request, metadata: {} }, signal)).rejects.toThrow('No available agent');
});

test('submits, queries and stops a job, and accepts that one to stop is gone', async () => {
  const request = {
    submissionId: 'repotune-a-b',
    entrypoint: 'python job.py',
    workingDir: 'gcs://x.zip',
    metadata: {},
  };
  await jobs.submit({ ...request, packages: ['trl==1'] }, signal);
  expect(cluster.submitted).toEqual([
    {
      submission_id: 'repotune-a-b',
      entrypoint: 'python job.py',
      runtime_env: { working_dir: 'gcs://x.zip', pip: ['trl==1'] },
      metadata: {},
    },
  ]);
  expect((await jobs.info('repotune-a-b', signal)).status).toBe('RUNNING');
  await jobs.stop('repotune-a-b', signal);
  expect(cluster.stopped).toEqual(['repotune-a-b']);
  await expect(jobs.info('repotune-of-others', signal)).rejects.toThrow('does not exist');
  // Restarting a cluster ends its jobs; another server's 404 says nothing about them.
  await jobs.stop('repotune-of-others', signal);
  cluster.answer = 404;
  await expect(jobs.stop('repotune-of-others', signal)).rejects.toThrow('status 404');
});
