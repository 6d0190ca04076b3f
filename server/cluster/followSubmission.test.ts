import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { exportPeft } from '../adapters/peft/interchange.ts';
import { AdapterStore } from '../adapters/store.ts';
import { adapterGguf } from '../adapters/testing.ts';
import { createCompletionEngine } from '../engine/index.ts';
import type { CompletionProcess } from '../engine/process.ts';
import type { ModelInfo } from '../engine/types.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import type { Leaving } from '../protocol/cluster.ts';
import { reportSchema } from '../protocol/report.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { tuneLockOf } from '../runs/leftovers.ts';
import { sha256File } from '../storage/hash.ts';
import { takeLock } from '../storage/lock.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ABOUT, type AboutLayout, ADAPTER, layoutFolder } from '../tuning/layoutAdapters.ts';
import { isKnownAddress } from './address.ts';
import { ClusterError } from './errors.ts';
import { type AdapterSource, followSubmission } from './followSubmission.ts';
import type { JobEvent } from './jobEvents.ts';
import { pack } from './pack.ts';
import { RayJobs } from './rayJobs.ts';
import { readAdapters, readLog } from './readResults.ts';
import { ReceivedAdapter } from './receivedAdapter.ts';
import { send } from './send.ts';
import { jobFolder, readSubmission, writeSubmission } from './submission.ts';
import { type JobsStandIn, startJobs, told } from './testing.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const repository = new ScratchRepository();
const data = mkdtempSync(join(tmpdir(), 'repotune-submission-'));
const folder = join(data, 'submission');
/** Packed once: every test begins with a copy. */
const packed = join(data, 'packed');
const { signal } = new AbortController();
let engine: CompletionProcess;
let model: ModelInfo;
let cluster: JobsStandIn;
let jobs: RayJobs;

beforeAll(async () => {
  for (let i = 0; i < 20; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 2));
  repository.write('.env', 'WORD=ignoredmark\n').write('.gitignore', '.env\n').commit('messagemark');
  engine = createCompletionEngine();
  model = await engine.load({
    modelPath: bundledModelPath(),
    contextTokens: 1024,
    device: 'cpu',
    threads: 1,
    mergeAdapters: false,
  });
  await pack(
    packed,
    'repotune-test',
    {
      folders: [repository.root],
      modelPath: bundledModelPath(),
      base: 'team/base',
      device: 'cpu',
      cpusPerTune: 1,
      installed: false,
      rank: 4,
      steps: 7,
    },
    { serving: async () => ({ engine, model }), nowMs: Date.now },
    () => {},
    signal,
  );
});
beforeEach(async () => {
  cluster = await startJobs();
  jobs = new RayJobs(cluster.address, undefined);
  cpSync(packed, folder, { recursive: true });
});
afterEach(async () => {
  await jobs.dispose();
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await engine.dispose();
  for (const one of [repository.root, data]) rmSync(one, { recursive: true, force: true });
});

const sendAs = (consent: (leaving: Leaving) => Promise<boolean>, more: AbortSignal = signal) =>
  send(folder, jobs, data, consent, '0.0.0', () => {}, more);
const follow = (
  onProgress: (progress: TuneProgress) => void = () => {},
  more: AbortSignal = signal,
  source: AdapterSource = { kind: 'cluster', jobs, follow: { lookMs: 5 } },
) =>
  followSubmission(
    folder,
    {
      source,
      serving: async () => ({ engine, model }),
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
  const gguf = join(data, 'made.gguf');
  const targets = [{ name: 'blk.0.attn_output.weight', in: 256, out: 256 }];
  writeFileSync(gguf, adapterGguf({ targets, rank: 4, alpha: 8, value: (i) => Math.sin(i) / 2 }));
  await exportPeft(gguf, bundledModelPath(), join(data, 'peft'));
  return ['adapter_config.json', 'adapter_model.safetensors'].flatMap((name) => {
    const bytes = readFileSync(join(data, 'peft', name));
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

test('nothing is sent and no address is remembered when consent is declined', async () => {
  await expect(sendAs(async () => false)).rejects.toThrow('Nothing was sent.');
  expect([cluster.packages.size, cluster.submitted.length]).toEqual([0, 0]);
  expect(await isKnownAddress(data, cluster.address)).toBe(false);
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
  for (const mark of ['ignoredmark', 'messagemark', 'Ada Dev', basename(repository.root), bundledModelPath()])
    expect(text).not.toContain(mark);
  expect(cluster.submitted[0]?.['runtime_env']).toMatchObject({ pip: expect.arrayContaining(['trl==1.16.0']) });
  expect(JSON.stringify(cluster.submitted)).not.toContain('"ray');
  // The rows contain code, so they are deleted once sent.
  expect(existsSync(jobFolder(folder))).toBe(false);
  expect(await isKnownAddress(data, cluster.address)).toBe(true);
});

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
  const sent = await readSubmission(folder);
  await writeSubmission(folder, { ...sent, repositories: sent.repositories.map((one) => ({ ...one, prompt })) });
  const messages = new Set<string>();
  const [outcome] = await follow(({ message, cluster: where }) => messages.add(`${where}: ${message}`));
  if (outcome?.kind !== 'done') throw new Error(JSON.stringify(outcome));
  expect(outcome).toMatchObject({ lost: 1, warning: null, result: { steps: 7, folder: repository.root } });
  expect([...messages].join('\n')).toContain('was lost. Training continues from step 2');
  const stored = await (await AdapterStore.of(repository.root)).find(outcome.result.adapterId);
  const { repositories } = await readSubmission(folder);
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
  expect(await follow()).toEqual([{ folder: repository.root, kind: 'already', adapterId: stored.id }]);
});

test('adapters of a job that ran by other means are read from its log or its folder', async () => {
  const [repository] = (await readSubmission(folder)).repositories;
  const log = await logOfAdapter();
  const lines = [...log, told({ kind: 'trained', repository: 1, steps: 7, seconds: 3 })];
  writeFileSync(join(data, 'job.log'), lines.map((line) => `pod/tune-head ${line}`).join(''));
  cpSync(join(data, 'peft'), join(data, 'adapters', '1', 'adapter'), { recursive: true });
  for (const read of [
    (heard: (event: JobEvent) => void) => readLog(join(data, 'job.log'), [repository!], heard),
    (heard: (event: JobEvent) => void) => readAdapters(join(data, 'adapters'), [repository!], heard),
  ]) {
    const received = new ReceivedAdapter();
    const steps: number[] = [];
    await read((event) => {
      if (event.kind === 'part') received.part(event);
      if (event.kind === 'file') received.file(event);
      if (event.kind === 'trained') steps.push(event.steps);
    });
    await received.write(join(data, 'read'));
    const name = 'adapter_model.safetensors';
    expect(readFileSync(join(data, 'read', name))).toEqual(readFileSync(join(data, 'peft', name)));
    expect(steps).toEqual([7]);
  }
  const source = { kind: 'folder', path: join(data, 'nothing') } as const;
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
  const before = (await (await AdapterStore.of(repository.root)).list()).adapters.length;
  expect(await follow()).toEqual([
    { folder: repository.root, kind: 'failed', message: expect.stringContaining(words) },
  ]);
  expect((await (await AdapterStore.of(repository.root)).list()).adapters).toHaveLength(before);
});

test('an adapter is kept, with a warning, when its submission is deleted while it is measured', async () => {
  await sendAs(async () => true);
  cluster.log.push(...(await logOfAdapter()), told({ kind: 'trained', repository: 1, steps: 7, seconds: 12 }));
  cluster.status = 'SUCCEEDED';
  const [outcome] = await follow(({ stage }) => {
    if (stage === 'evaluating') rmSync(folder, { recursive: true, force: true });
  });
  expect(outcome).toMatchObject({ kind: 'done', warning: expect.stringContaining('was stopped or deleted elsewhere') });
  if (outcome?.kind !== 'done') return;
  const store = await AdapterStore.of(repository.root);
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
  const store = await AdapterStore.of(repository.root);
  const lock = await takeLock(tuneLockOf(store.dir), 'tuning');
  try {
    const message = expect.stringMatching(/already running.*: repotune cluster follow repotune-test$/);
    expect(await follow()).toEqual([{ folder: repository.root, kind: 'failed', message }]);
    expect(cluster).toMatchObject({ status: 'RUNNING', stopped: [] });
  } finally {
    if (lock.kind === 'taken') await lock.release();
  }
});

test('while the cluster accepts a job, a process that is killed leaves a note of where it is', async () => {
  const noted: (string | null)[] = [];
  cluster.onUnanswered = () => {
    noted.push(JSON.parse(readFileSync(join(folder, 'submission.json'), 'utf8')).address);
  };
  await sendAs(async () => true);
  expect(noted).toEqual([cluster.address]);
});

test('a job that the cluster refused was not sent', async () => {
  vi.spyOn(jobs, 'submit').mockRejectedValueOnce(new ClusterError('refused', 'No.'));
  await expect(sendAs(async () => true)).rejects.toThrow('No.');
  expect((await readSubmission(folder)).address).toBeNull();
  expect(existsSync(jobFolder(folder))).toBe(true);
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
  expect((await readSubmission(folder)).address).toBe(address);
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
  expect((await readSubmission(folder)).address).toBe(address);
});

test('aborting before the cluster answers stops the job there', async () => {
  const abort = new AbortController();
  cluster.onUnanswered = () => abort.abort();
  await expect(sendAs(async () => true, abort.signal)).rejects.toThrow('aborted');
  expect(cluster.stopped).toEqual(['repotune-test']);
});

test('an adapter is judged beside the prepared base, and what was committed meanwhile is not learned yet', async () => {
  vi.stubEnv('REPOTUNE_DATA', data);
  try {
    const { modelSha256, repositories } = await readSubmission(folder);
    const log = await logOfAdapter();
    const prepared = layoutFolder(modelSha256);
    cpSync(join(data, 'made.gguf'), join(prepared, ADAPTER));
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
    const packedAt = repository.git('rev-parse', 'HEAD').trim();
    for (const name of ['later1', 'later2']) repository.write(`src/${name}.ts`, moduleText(name, 2)).commit(name);
    cluster.log.push(...log, told({ kind: 'trained', repository: 1, steps: 7, seconds: 12 }));
    cluster.status = 'SUCCEEDED';
    const [outcome] = await follow();
    if (outcome?.kind !== 'done') throw new Error(JSON.stringify(outcome));
    const store = await AdapterStore.of(repository.root);
    const { manifest } = await store.find(outcome.result.adapterId);
    expect(manifest.dataset.commit).toBe(packedAt);
    const { byFile } = reportSchema.parse(await store.report(outcome.result.adapterId));
    expect(byFile.overLayout).not.toBeNull();
  } finally {
    vi.unstubAllEnvs();
  }
});
