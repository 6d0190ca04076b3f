import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { u32, u64 } from '../adapters/testing.ts';
import { inspectCompleting, inspectModel, inspectTrainable } from './inspect.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-inspect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const stated = (key: string, value: string): Buffer => Buffer.concat([text(key), u32(8), text(value)]);
/** F32, with one number. */
const tensor = (name: string): Buffer => Buffer.concat([text(name), u32(1), u64(1), u32(0), u64(0)]);

function epsilonOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([text('llama.attention.layer_norm_rms_epsilon'), u32(6), bytes]);
}

async function modelOf(
  metadata: readonly Buffer[],
  tensors: readonly Buffer[],
  counts = [tensors.length, metadata.length],
  name = 'model.gguf',
) {
  const path = join(folder, name);
  const head = [Buffer.from('GGUF'), u32(3), ...counts.map(u64)];
  await writeFile(path, Buffer.concat([...head, ...metadata, ...tensors, Buffer.alloc(64)]));
  return await inspectModel(path);
}

describe('an untrusted model file', () => {
  it('has its name, architecture and licence cut and stripped of control characters', async () => {
    const name = `a\u001b[2J\nb${'c'.repeat(1_000_000)}`;
    const {
      name: shown,
      architecture,
      license,
    } = await modelOf(
      ['general.name', 'general.architecture', 'general.license'].map((key) => stated(key, name)),
      [tensor('a')],
    );
    for (const one of [shown, architecture, license]) expect(one).toMatch(/^a\ufffd\[2J\ufffdbc{1,300}$/);
  });

  it('may have more tensors than a call can take arguments', async () => {
    const tensors = Array.from({ length: 60_000 }, (_, i) => tensor(`${i}`));
    const metadata = [stated('general.architecture', 'llama')];
    expect(await modelOf(metadata, tensors)).toMatchObject({ parameters: 60_000 });
  });

  it.each<[string, readonly Buffer[], readonly Buffer[], number[]]>([
    ['an impossible number of tensors', [], [tensor('a')], [100_000, 0]],
    ['an impossible number of metadata entries', [stated('a', 'b')], [], [0, 10_000]],
    ...[0, 513, 2 ** 32 - 1].map((blocks): [string, Buffer[], Buffer[], number[]] => [
      `${blocks} blocks`,
      [stated('general.architecture', 'llama'), Buffer.concat([text('llama.block_count'), u32(4), u32(blocks)])],
      [tensor('a')],
      [1, 2],
    ]),
    ...[Number.NaN, -1, 2].map((epsilon): [string, Buffer[], Buffer[], number[]] => [
      `the epsilon ${epsilon}`,
      [stated('general.architecture', 'llama'), epsilonOf(epsilon)],
      [tensor('a')],
      [1, 2],
    ]),
    ['an impossibly large vocabulary', [Buffer.concat([text('a'), u32(9), u32(8), u64(5_000_000)])], [], [0, 1]],
  ])('with %s is refused as damaged', async (_what, metadata, tensors, counts) => {
    await expect(modelOf(metadata, tensors, counts)).rejects.toThrow('damaged header');
  });
});

describe('a model whose vocabulary', () => {
  const modelWith = (tokens: readonly string[], more: readonly Buffer[] = []) =>
    modelOf(
      [
        stated('general.architecture', 'llama'),
        Buffer.concat([text('tokenizer.ggml.tokens'), u32(9), u32(8), u64(tokens.length), ...tokens.map(text)]),
        ...more,
      ],
      [tensor('a')],
    );

  it('lacks the tokens to fill in the middle, as that of a chat model, completes nothing, and is refused before it is loaded', async () => {
    const { path, fillInTheMiddle } = await modelWith(['<|im_start|>', '<fim_prefix>', 'a', 'PRE']);
    expect(fillInTheMiddle).toBe(false);
    for (const inspect of [inspectCompleting, inspectTrainable])
      await expect(inspect(path)).rejects.toThrow('has no fill-in-the-middle tokens');
  });

  it.each([
    ['has a usual spelling of them', ['a', '▁<PRE>', '▁<SUF>', '▁<MID>'], []],
    ['has some of them, and its metadata the others', ['<fim_prefix>', '<fim_suffix>'], ['middle']],
    ['is told by its metadata', ['a'], ['fim_pre', 'fim_suf', 'fim_mid']],
  ])('%s completes', async (_, tokens, named) => {
    const ids = named.map((name) => Buffer.concat([text(`tokenizer.ggml.${name}_token_id`), u32(4), u32(0)]));
    const model = await modelWith(tokens, ids);
    expect(model).toMatchObject({ fillInTheMiddle: true, statesFillInTheMiddle: true });
    await inspectCompleting(model.path);
  });
});

describe('a model in pieces', () => {
  const count = (key: string, value: number): Buffer => Buffer.concat([text(key), u32(4), u32(value)]);
  const pieceOf = (no: number, name: string) =>
    modelOf(
      [stated('general.architecture', 'llama'), count('split.no', no), count('split.count', 2)],
      [tensor('a')],
      [1, 3],
      name,
    );
  const JOIN = 'is one of 2 pieces of a model. Join them with llama.cpp (llama-gguf-split --merge,';

  it('is refused where the others are missing, and where it is not the first, with how to join them', async () => {
    await expect(pieceOf(0, 'm-00001-of-00002.gguf')).rejects.toThrow(JOIN);
    await expect(pieceOf(1, 'm-00002-of-00002.gguf')).rejects.toThrow(JOIN);
    await expect(pieceOf(0, 'renamed.gguf')).rejects.toThrow(JOIN);
  });

  it('completes if all are there, and cannot be tuned', async () => {
    await pieceOf(1, 'm-00002-of-00002.gguf').catch(() => {});
    const model = await pieceOf(0, 'm-00001-of-00002.gguf');
    expect(model).toMatchObject({ pieces: 2 });
    await expect(inspectTrainable(model.path)).rejects.toThrow(JOIN);
  });
});

it.each([
  ['the note of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n', /git lfs pull/],
  ['a web page', '\n<!DOCTYPE html>\n<html>', /it is a web page/],
  ['any other text', 'once upon a time', /Choose a model in GGUF format/],
  ['nothing', '', /Choose a model in GGUF format/],
])('says of a file that is no model but %s what to do', async (_, content, words) => {
  const path = join(folder, 'model.gguf');
  await writeFile(path, content);
  await expect(inspectModel(path)).rejects.toThrow(words);
});

it('refuses a file that names no architecture, such as an importance matrix', async () => {
  await expect(modelOf([stated('general.type', 'imatrix')], [tensor('a')])).rejects.toThrow(/not a model/);
});
