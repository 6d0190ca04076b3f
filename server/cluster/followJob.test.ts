import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ClusterError } from './errors.ts';
import { followJob } from './followJob.ts';
import type { JobEvent } from './jobEvents.ts';
import { RayJobs } from './rayJobs.ts';
import { type JobsStandIn, startJobs, told } from './testing.ts';

let cluster: JobsStandIn;
let jobs: RayJobs;
const { signal } = new AbortController();
const quick = { lookMs: 5, patienceMs: 50 };

const step = (n: number): string =>
  told({
    kind: 'step',
    repository: 1,
    step: n,
    steps: 9,
    loss: 2 / n,
    learning_rate: 1e-3,
    gradient_norm: 1,
    seconds: n,
    made: n,
  });

beforeEach(async () => {
  cluster = await startJobs();
  jobs = new RayJobs(cluster.address, undefined);
  cluster.status = 'SUCCEEDED';
});
afterEach(async () => {
  await jobs.dispose();
  await cluster.close();
});

test('reports each event once across broken connections and split lines', async () => {
  const text = `Ray says something\n${[1, 2, 3, 4, 5].map(step).join('')}`;
  for (let at = 0; at < text.length; at += 70) cluster.log.push(text.slice(at, at + 70));
  cluster.status = 'RUNNING';
  cluster.cutAfter = 4;
  cluster.onTail = () => {
    if (cluster.tails < 3) return;
    cluster.cutAfter = Number.POSITIVE_INFINITY;
    cluster.status = 'SUCCEEDED';
  };
  const seen: JobEvent[] = [];
  const end = await followJob(jobs, 'repotune-a', (event) => seen.push(event), signal, quick);
  expect(seen.map((event) => event.kind === 'step' && event.step)).toEqual([1, 2, 3, 4, 5]);
  expect(end).toMatchObject({ status: 'SUCCEEDED', lines: 'Ray says something' });
  expect(cluster.tails).toBe(3);
});

test('the rest of a log whose connection broke is read when the job is over', async () => {
  cluster.log.push(step(1), step(2));
  cluster.cutAfter = 1;
  const seen: JobEvent[] = [];
  await followJob(jobs, 'repotune-a', (event) => seen.push(event), signal, quick);
  expect(seen).toHaveLength(2);
});

test('a log that cannot be streamed is polled while the job runs', async () => {
  cluster.status = 'RUNNING';
  cluster.cutAfter = 0;
  cluster.log.push(step(1));
  const seen: JobEvent[] = [];
  const onEvent = (event: JobEvent): void => {
    seen.push(event);
    if (seen.length === 1) cluster.log.push(step(2));
    else cluster.status = 'SUCCEEDED';
  };
  await followJob(jobs, 'repotune-a', onEvent, signal, quick);
  expect(seen).toHaveLength(2);
});

test('lines that only resemble events are ignored', async () => {
  const forged = ['@repotune {"kind":"trained"}\n', '@repotune nothing\n', told({ kind: 'unknown', repository: 1 })];
  cluster.log.push(...forged, ` ${step(1)}`, step(2));
  const seen: JobEvent[] = [];
  await followJob(jobs, 'repotune-a', (event) => seen.push(event), signal, quick);
  expect(seen).toHaveLength(1);
});

test('a failed job ends with the last 12 lines of its log', async () => {
  cluster.status = 'FAILED';
  cluster.message = 'Job entrypoint command failed with exit code 1';
  cluster.log.push(...Array.from({ length: 40 }, (_, i) => `line ${i}\n`));
  const end = await followJob(jobs, 'repotune-a', () => {}, signal, quick);
  expect(end.lines.split('\n')).toHaveLength(12);
  expect(end.lines).toMatch(/line 39$/);
});

test('following a job ends when the cluster stays away, with the command that fetches its adapters later', async () => {
  cluster.status = 'RUNNING';
  cluster.onTail = () => void cluster.close();
  await expect(followJob(jobs, 'repotune-a', () => {}, signal, quick)).rejects.toThrow(
    'To fetch its adapters later, run on the command line: repotune cluster follow repotune-a',
  );
});

test.each([
  ['a gateway that gets no answer', 503],
  ['a head node too busy to ask its own parts', 500],
])('%s for a while does not end the following', async (_, status) => {
  cluster.status = 'RUNNING';
  cluster.log.push(step(1));
  cluster.onTail = () => {
    cluster.answer = cluster.tails === 1 ? status : null;
    if (cluster.tails === 1) setTimeout(() => (cluster.answer = null), 20);
    else cluster.status = 'SUCCEEDED';
  };
  const seen: JobEvent[] = [];
  const patience = { lookMs: 5, patienceMs: 60_000 };
  await followJob(jobs, 'repotune-a', (event) => seen.push(event), signal, patience);
  expect(seen).toHaveLength(1);
});

test('a job that the cluster does not know any more ends the following at once', async () => {
  cluster.submitted.push({ submission_id: 'another' });
  const patience = { lookMs: 5, patienceMs: 60_000 };
  await expect(followJob(jobs, 'repotune-a', () => {}, signal, patience)).rejects.toMatchObject({ problem: 'failed' });
});

test('the time spent waiting for a silent cluster counts toward the patience', async () => {
  class Silent extends RayJobs {
    looks = 0;
    override async tail(): Promise<void> {}
    override async info(): Promise<never> {
      this.looks++;
      await sleep(50);
      throw new ClusterError('no-answer', 'nothing comes');
    }
  }
  const silent = new Silent(cluster.address, undefined);
  const patience = { lookMs: 5, patienceMs: 200 };
  await expect(followJob(silent, 'repotune-a', () => {}, signal, patience)).rejects.toThrow('not answer any more');
  expect(silent.looks).toBeLessThan(6);
  await silent.dispose();
});
