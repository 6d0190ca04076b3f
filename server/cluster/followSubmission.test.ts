import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { exportPeft } from '../adapters/peft/interchange.ts';
import { AdapterStore } from '../adapters/store.ts';
import { adapterGguf } from '../adapters/testing.ts';
import { moduleText } from '../mining/testing.ts';
import type { Leaving } from '../protocol/cluster.ts';
import { reportSchema } from '../protocol/report.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { tuneLockOf } from '../runs/leftovers.ts';
import { sha256File } from '../storage/hash.ts';
import { takeLock } from '../storage/lock.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ABOUT, type AboutLayout, ADAPTER, layoutFolder } from '../tuning/layoutAdapters.ts';
import { type AdapterSource, followSubmission } from './followSubmission.ts';
import type { JobEvent } from './jobEvents.ts';
import { RayJobs } from './rayJobs.ts';
import { readAdapters, readLog } from './readResults.ts';
import { ReceivedAdapter } from './receivedAdapter.ts';
import { send } from './send.ts';
import { readSubmission, writeSubmission } from './submission.ts';
import { type JobsStandIn, startJobs, told } from './testing.ts';
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
const follow = (
  onProgress: (progress: TuneProgress) => void = () => {},
  more: AbortSignal = signal,
  source: AdapterSource = { kind: 'cluster', jobs, follow: { lookMs: 5 } },
) =>
  followSubmission(
    here.folder,
    {
      source,
      serving: async () => here,
      nowMs: Date.now,
      toolVersion: '0.0.0',
      onProgress,
      onActivated: async () => {},
      measuredOn: { pairs: 2, places: 1 },
    },
    more,
  );

/** An adapter that degrades the bundled base, in PEFT's format, in the job's log. */
async function logOfAdapter(): Promise<string[]> {
  const gguf = join(here.data, 'made.gguf');
  const targets = [{ name: 'blk.0.attn_output.weight', in: 256, out: 256 }];
  writeFileSync(gguf, adapterGguf({ targets, rank: 4, alpha: 8, value: (i) => Math.sin(i) / 2 }));
  await exportPeft(gguf, bundledModelPath(), join(here.data, 'peft'));
  return ['adapter_config.json', 'adapter_model.safetensors'].flatMap((name) => {
    const bytes = readFileSync(join(here.data, 'peft', name));
    const parts = Array.from({ length: Math.ceil(bytes.length / 12_000) }, (_, part) => part);
    return [
      ...parts.map((part) => {
        const piece = bytes.subarray(part * 12_000, (part + 1) * 12_000).toString('base64');
        return told({ kind: 'part', repository: 1, name, part, parts: parts.length, data: piece });
      }),
      told({
        kind: 'file',
        repository: 1,
        name,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      }),
    ];
  });
}

test('a returned adapter is converted, measured, judged and stored, and only once', async () => {
  await sendAs(async () => true);
  const step = { loss: 2, learning_rate: 1e-3, gradient_norm: 1, seconds: 1, made: 1 };
  cluster.log.push(
    told({ kind: 'cluster', gpus: 0, cpus: 2, ray: '2.60.0' }),
    told({ kind: 'started', repository: 1, device: 'CPU', step: 0, steps: 7 }),
    told({ kind: 'step', repository: 1, step: 3, steps: 7, ...step }),
    told({ kind: 'lost', repository: 1, step: 2, message: 'The worker died' }),
    told({ kind: 'started', repository: 1, device: 'CPU', step: 2, steps: 7 }),
    ...(await logOfAdapter()),
    told({ kind: 'trained', repository: 1, steps: 7, seconds: 12 }),
  );
  cluster.status = 'SUCCEEDED';
  // Its rows were made by a release that prompts this base differently.
  const prompt = { order: 'prefix-first', repoTokens: false } as const;
  const sent = await readSubmission(here.folder);
  await writeSubmission(here.folder, { ...sent, repositories: sent.repositories.map((one) => ({ ...one, prompt })) });
  const messages = new Set<string>();
  const [outcome] = await follow(({ message, cluster: where }) => messages.add(`${where}: ${message}`));
  if (outcome?.kind !== 'done') throw new Error(JSON.stringify(outcome));
  expect(outcome).toMatchObject({ lost: 1, warning: null, result: { steps: 7, folder: here.repository.root } });
  expect([...messages].join('\n')).toContain('was lost. Training continues from step 2');
  const stored = await (await AdapterStore.of(here.repository.root)).find(outcome.result.adapterId);
  const { repositories } = await readSubmission(here.folder);
  expect(stored.manifest).toMatchObject({
    adapter: { rank: 4 },
    prompt,
    training: { method: 'lora', steps: 7, promptWeight: 0 },
    dataset: { trainPairs: repositories[0]!.pairs },
    metrics: { heldOutLossTuned: outcome.result.heldOutLossTuned },
  });
  // It is much worse on any data; a short measurement is enough for a verdict.
  expect(outcome.result.heldOutLossTuned).toBeGreaterThan(1.1 * outcome.result.heldOutLossBase);
  expect(stored.standing.kind).toBe('failed');
  expect(stored.active).toBe(false);
  expect(repositories[0]!.adapterId).toBe(stored.id);
  const already = [{ folder: here.repository.root, kind: 'already', adapterId: stored.id }];
  expect(await follow()).toEqual(already);

  // As after a kill between storing it and noting that.
  const noted = await readSubmission(here.folder);
  await writeSubmission(here.folder, {
    ...noted,
    repositories: noted.repositories.map((one) => ({ ...one, adapterId: null })),
  });
  expect(await follow()).toEqual(already);
  expect((await readSubmission(here.folder)).repositories[0]!.adapterId).toBe(stored.id);
});

test('adapters of a job that ran by other means are read from its log or its folder', async () => {
  const [repository] = (await readSubmission(here.folder)).repositories;
  const log = await logOfAdapter();
  const lines = [...log, told({ kind: 'trained', repository: 1, steps: 7, seconds: 3 })];
  writeFileSync(join(here.data, 'job.log'), lines.map((line) => `pod/tune-head ${line}`).join(''));
  cpSync(join(here.data, 'peft'), join(here.data, 'adapters', '1', 'adapter'), { recursive: true });
  for (const read of [
    (heard: (event: JobEvent) => void) => readLog(join(here.data, 'job.log'), [repository!], heard),
    (heard: (event: JobEvent) => void) => readAdapters(join(here.data, 'adapters'), [repository!], heard),
  ]) {
    const received = new ReceivedAdapter();
    const steps: number[] = [];
    await read((event) => {
      if (event.kind === 'part') received.part(event);
      if (event.kind === 'file') received.file(event);
      if (event.kind === 'trained') steps.push(event.steps);
    });
    await received.write(join(here.data, 'read'));
    const name = 'adapter_model.safetensors';
    expect(readFileSync(join(here.data, 'read', name))).toEqual(readFileSync(join(here.data, 'peft', name)));
    expect(steps).toEqual([7]);
  }
  const source = { kind: 'folder', path: join(here.data, 'nothing') } as const;
  const message = expect.stringContaining('Give the folder that train.py wrote');
  expect(await follow(() => {}, signal, source)).toEqual([{ folder: repository!.folder, kind: 'failed', message }]);
});

test.each([
  ['reports why', told({ kind: 'failed', repository: 1, code: 'no-gpu', message: '' }), 'The cluster has no GPU'],
  ['reports nothing', 'Traceback\nKeyError: steps\n', 'KeyError: steps'],
])('a job that fails and %s leaves the store unchanged', async (_, log, words) => {
  await sendAs(async () => true);
  cluster.log.push(log);
  cluster.status = 'FAILED';
  const before = (await (await AdapterStore.of(here.repository.root)).list()).adapters.length;
  expect(await follow()).toEqual([
    { folder: here.repository.root, kind: 'failed', message: expect.stringContaining(words) },
  ]);
  expect((await (await AdapterStore.of(here.repository.root)).list()).adapters).toHaveLength(before);
});

test('an adapter is kept, with a warning, when its submission is deleted while it is measured', async () => {
  await sendAs(async () => true);
  cluster.log.push(...(await logOfAdapter()), told({ kind: 'trained', repository: 1, steps: 7, seconds: 12 }));
  cluster.status = 'SUCCEEDED';
  const [outcome] = await follow(({ stage }) => {
    if (stage === 'evaluating') rmSync(here.folder, { recursive: true, force: true });
  });
  expect(outcome).toMatchObject({ kind: 'done', warning: expect.stringContaining('was stopped or deleted elsewhere') });
  if (outcome?.kind !== 'done') return;
  const store = await AdapterStore.of(here.repository.root);
  expect(await store.find(outcome.result.adapterId)).toMatchObject({ id: outcome.result.adapterId });
});

test('aborting locally stops the job on the cluster', async () => {
  await sendAs(async () => true);
  const abort = new AbortController();
  cluster.onTail = () => abort.abort();
  await expect(follow(() => {}, abort.signal)).rejects.toThrow('aborted');
  expect(cluster.stopped).toEqual(['repotune-test']);
});

test('aborting says that the job may go on when the cluster is unreachable', async () => {
  await sendAs(async () => true);
  const abort = new AbortController();
  cluster.onTail = () => {
    abort.abort();
    void cluster.close();
  };
  await expect(follow(() => {}, abort.signal)).rejects.toThrow(
    'may go on there. To stop it, run on the command line: repotune cluster stop repotune-test',
  );
});

test('a repository that another process tunes ends the following at once, and leaves the job to go on', async () => {
  await sendAs(async () => true);
  const store = await AdapterStore.of(here.repository.root);
  const lock = await takeLock(tuneLockOf(store.dir), 'tuning');
  try {
    const message = expect.stringMatching(/already running.*: repotune cluster follow repotune-test$/);
    expect(await follow()).toEqual([{ folder: here.repository.root, kind: 'failed', message }]);
    expect(cluster).toMatchObject({ status: 'RUNNING', stopped: [] });
  } finally {
    if (lock.kind === 'taken') await lock.release();
  }
});

test('an adapter is judged beside the prepared base, and what was committed meanwhile is not learned yet', async () => {
  vi.stubEnv('REPOTUNE_DATA', here.data);
  try {
    const { modelSha256, repositories } = await readSubmission(here.folder);
    const log = await logOfAdapter();
    const prepared = layoutFolder(modelSha256);
    cpSync(join(here.data, 'made.gguf'), join(prepared, ADAPTER));
    const about: AboutLayout = {
      format: 1,
      baseSha256: modelSha256,
      baseBytes: statSync(bundledModelPath()).size,
      adapterSha256: await sha256File(join(prepared, ADAPTER)),
      prompt: repositories[0]!.prompt,
      steps: 1,
      tokens: 1,
    };
    writeFileSync(join(prepared, ABOUT), JSON.stringify(about));
    await sendAs(async () => true);
    const packedAt = here.repository.git('rev-parse', 'HEAD').trim();
    for (const name of ['later1', 'later2']) here.repository.write(`src/${name}.ts`, moduleText(name, 2)).commit(name);
    cluster.log.push(...log, told({ kind: 'trained', repository: 1, steps: 7, seconds: 12 }));
    cluster.status = 'SUCCEEDED';
    const [outcome] = await follow();
    if (outcome?.kind !== 'done') throw new Error(JSON.stringify(outcome));
    const store = await AdapterStore.of(here.repository.root);
    const { manifest } = await store.find(outcome.result.adapterId);
    const { heldOutBeyond } = repositories[0]!;
    expect(heldOutBeyond?.length).toBeGreaterThan(0);
    expect(manifest.dataset).toMatchObject({ commit: packedAt, learnedTo: packedAt, heldOutBeyond });
    const { byFile } = reportSchema.parse(await store.report(outcome.result.adapterId));
    expect(byFile.overLayout).not.toBeNull();
  } finally {
    vi.unstubAllEnvs();
  }
});

test('an adapter is not measured on files that it learned under the names they had when its rows were made', async () => {
  const log = await logOfAdapter();
  await sendAs(async () => true);
  here.repository.git('mv', 'src', 'lib');
  here.repository.commit('Move to lib');
  cluster.log.push(...log, told({ kind: 'trained', repository: 1, steps: 7, seconds: 12 }));
  cluster.status = 'SUCCEEDED';
  const message = expect.stringMatching(/held out now was learned by it: files were renamed.* Submit it again\./);
  expect(await follow()).toEqual([{ folder: here.repository.root, kind: 'failed', message }]);
});
