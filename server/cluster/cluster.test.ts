import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isKnownAddress, isPlain, parseAddress, rememberAddress } from './address.ts';
import { explainFailure, explainJob } from './errors.ts';
import { configYaml } from './jobConfig.ts';
import { ReceivedAdapter } from './receivedAdapter.ts';
import { rowOf } from './rows.ts';

const scratch = mkdtempSync(join(tmpdir(), 'repotune-cluster-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.each([
  ['gpu.example:8265', 'http://gpu.example:8265'],
  [' https://ray.example/team/ ', 'https://ray.example/team'],
  ['http://[::1]:8265/', 'http://[::1]:8265'],
])('the address %s is normalized to %s', (given, address) => {
  expect(parseAddress(given)).toBe(address);
});

test.each([
  ['', 'An empty text'],
  ['ray://gpu.example:10001', 'dashboard'],
  ['ftp://gpu.example', 'give the address of a Ray dashboard'],
  ['http://ada:word@gpu.example:8265', 'RAY_AUTH_TOKEN'],
  ['http://gpu.example:8265/?a=1', 'without ?'],
])('"%s" is refused as an address', (given, words) => {
  expect(() => parseAddress(given)).toThrow(words);
});

test.each([
  ['http://ada:word@gpu.example:8265', 'http://…@gpu.example:8265'],
  ['ada:word@gpu.example', '…@gpu.example'],
  ['ftp://ada:w@rd@gpu.example', 'ftp://…@gpu.example'],
  ['http://gpu.example/?token=word', 'http://gpu.example/?…'],
])('the message about %s holds no password', (given, shown) => {
  expect(() => parseAddress(given)).toThrow(`${shown} is not the address`);
});

test('an address is known once it was remembered, and another port of it is not', async () => {
  const address = 'http://gpu.example:8265';
  expect(await isKnownAddress(scratch, address)).toBe(false);
  await rememberAddress(scratch, address);
  expect(await isKnownAddress(scratch, address)).toBe(true);
  expect(await isKnownAddress(scratch, 'http://gpu.example:8266')).toBe(false);
});

test('only http to another machine counts as readable on the way', () => {
  expect(['http://gpu:1', 'https://gpu:1', 'http://127.0.0.1:1', 'http://localhost'].map(isPlain)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('the labels of a row begin where the completion begins', () => {
  expect(rowOf(Int32Array.of(5, 6, 7), 2, 'abc')).toEqual({
    text: 'abc',
    input_ids: [5, 6, 7],
    attention_mask: [1, 1, 1],
    labels: [-100, -100, 7],
  });
});

test('the configuration holds no local path, and its numbers are numbers in YAML 1.1 too', () => {
  const trainer = {
    modelPath: '/home/ada/secret-project/base.gguf',
    baseType: 'as-is',
    rank: 8,
    alpha: 16,
    adaptedBlocks: 0,
    weightDecay: 0.01,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    clipNorm: 1,
    seed: 1,
    threads: 2,
    device: 'cpu',
    maxTokens: 1024,
    memoryBudgetBytes: 1,
  } as const;
  const schedule = {
    steps: 30,
    warmupSteps: 2,
    learningRate: 3e-3,
    finalShare: 0.05,
    promptWeight: 0,
    promptEvery: 1,
    tokensPerStep: 4161,
    evaluateEvery: 5,
    patience: 4,
    maxSeconds: 1,
  };
  const special = { eot: 3, fimPrefix: 4, bos: 3 };
  const text = configYaml({
    base: 'team/base',
    special,
    device: 'gpu',
    cpusPerTune: 1,
    plans: [{ number: 1, trainer, schedule }],
  });
  expect(text).toContain('  - number: 1\n    rows: "1/train.jsonl"\n    steps: 30\n    rows_per_step: 4\n');
  expect(text).toContain('epsilon: 1.0e-8\n');
  expect(text).toContain('special_tokens: [3, 4]\n');
  expect(text).not.toContain('ada');
});

describe('an adapter that comes in parts', () => {
  const bytes = Buffer.from('the weights of an adapter');
  const part = (name: 'adapter_config.json' | 'adapter_model.safetensors', index: number, data: Buffer) =>
    ({ kind: 'part', repository: 1, name, part: index, parts: 2, data: data.toString('base64') }) as const;
  const end = (name: 'adapter_config.json' | 'adapter_model.safetensors', whole: Buffer) => {
    const sha256 = createHash('sha256').update(whole).digest('hex');
    return { kind: 'file', repository: 1, name, bytes: whole.length, sha256 } as const;
  };

  test('is written whole, also when its first part comes twice', async () => {
    const received = new ReceivedAdapter();
    for (const name of ['adapter_config.json', 'adapter_model.safetensors'] as const) {
      received.part(part(name, 0, bytes.subarray(0, 9)));
      received.part(part(name, 0, bytes.subarray(0, 9)));
      received.part(part(name, 1, bytes.subarray(9)));
      received.file(end(name, bytes));
    }
    await received.write(join(scratch, 'fetched'));
    expect(readFileSync(join(scratch, 'fetched', 'adapter_model.safetensors'))).toEqual(bytes);
  });

  test('is refused where a part is missing or has changed', async () => {
    const received = new ReceivedAdapter();
    expect(() => received.part(part('adapter_config.json', 1, bytes))).toThrow('did not arrive whole');
    received.part(part('adapter_config.json', 0, bytes));
    expect(() => received.file(end('adapter_config.json', Buffer.from('another')))).toThrow('did not arrive whole');
    await expect(received.write(join(scratch, 'nothing'))).rejects.toThrow('did not arrive whole');
  });
});

test.each([
  ['no-gpu', '', 'no-gpu', 'repotune.cluster.device'],
  ['out-of-memory', 'CUDA out of memory. Tried to allocate 2 GiB', 'out-of-memory', 'Tried to allocate 2 GiB'],
  ['no-base', 'team/base is not a folder', 'no-base', '--base'],
  ['wrong-base', 'its tokenizer reads 50 of 50 rows differently', 'wrong-base', '50 of 50 rows'],
  ['diverged', 'at step 7 the loss is nan', 'diverged', 'at step 7 the loss is nan'],
  ['failed', 'Traceback\nKeyError', 'failed', 'KeyError'],
  ['a code of a later release', 'words', 'failed', 'words'],
])('a failure of the kind %s says what to do', (code, message, problem, words) => {
  expect(explainFailure({ code, message }, 'team/base')).toMatchObject({
    problem,
    message: expect.stringContaining(words),
  });
});

test('a job that reports nothing is explained by its last log lines, its setup error or its stop', () => {
  expect(explainJob('FAILED', 'exit code 1', 'a\nb').message).toContain('Its last lines:\na\nb');
  expect(explainJob('FAILED', 'runtime_env setup failed: pip', '').message).toContain('repotune.cluster.installed');
  expect(explainJob('STOPPED', '', '').problem).toBe('stopped');
});
