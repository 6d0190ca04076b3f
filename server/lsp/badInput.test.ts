/** Whatever an editor can send or a machine can do to the server, it must neither stop nor insert text in the wrong place. */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { manifestFor } from '../adapters/testing.ts';
import { trainedAdapter } from '../engine/testing.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { childrenOf, pointCursor as cursor, pointSource as source, TestClient, until, uriOf } from './testing.ts';

// Every test starts processes that load a model; a build machine may be busy with others at the same time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe('documents', () => {
  let client: TestClient;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
    client = await TestClient.start({ folders: [folder] });
  });
  afterAll(async () => {
    expect(await client.stop()).toBe(0);
  });

  test('a request gets no suggestion when its document changes before the answer', async () => {
    const uri = uriOf(join(folder, 'changed.ts'));
    await client.open(uri, 'typescript', source.replaceAll('Point', 'Place'));
    const asked = client.inline(uri, cursor);
    await client.edit(uri, 0, 0, '// first line\n');
    expect(await asked).toEqual([]);
  });

  test('positions count UTF-16 code units, also after characters outside the basic multilingual plane', async () => {
    const uri = uriOf(join(folder, 'emoji.ts'));
    const text = `// 🙂🙂 points\n${source}`;
    await client.open(uri, 'typescript', text);
    const offset = text.indexOf('dx * dx') + 3;
    const items = await client.inline(uri, offset);
    expect(items[0]?.range?.start).toEqual(client.document(uri).positionAt(offset));
    const face = uriOf(join(folder, 'face.ts'));
    await client.open(face, 'typescript', `const face = "🙂\n${source}`);
    const behind = { line: 0, character: 'const face = "🙂'.length };
    expect((await client.inlineAt(face, behind))[0]?.range?.start).toEqual(behind);
    expect(await client.inlineAt(face, { ...behind, character: behind.character - 1 })).toEqual([]);
  });

  test.each<[string, string, string, string, boolean?]>([
    [
      'a file of 5 MB',
      'typescript',
      `${'const value = compute(1, 2);\n'.repeat(90_000)}const other = `,
      `;\n${'call();\n'.repeat(300_000)}`,
    ],
    [
      'a line of 200,000 characters',
      'javascript',
      `const data = "${'x'.repeat(100_000)}", size = `,
      `; // ${'y'.repeat(100_000)}\n`,
    ],
    ['an unknown language', 'klingon', 'Qapla" ', '\n', false],
    ['a notebook cell', 'python', 'import math\n\nmath.sq', '\n'],
    ['an untitled document', 'go', 'package main\n\nfunc ', '\n'],
    ['a virtual document', 'rust', 'fn main() {\n    let x = ', ';\n}\n'],
    ['an empty document', 'cpp', '', ''],
    ['a lone surrogate before the cursor', 'typescript', 'const a = "\ud83d', '";\n', false],
  ])(
    '%s: suggestions start at the cursor, five in 15 seconds',
    async (name, languageId, before, after, suggests = true) => {
      const uri = name.includes('cell')
        ? 'vscode-notebook-cell:/book.ipynb#C1'
        : name.includes('untitled')
          ? 'untitled:Untitled-7'
          : name.includes('virtual')
            ? 'vscode-vfs://github/owner/name/src/main.rs'
            : uriOf(join(folder, `${languageId}.x`));
      await client.open(uri, languageId, before + after);
      const first = await client.inline(uri, before.length);
      if (suggests) expect(first).not.toEqual([]);
      for (const { range } of first) expect(range?.start).toEqual(client.document(uri).positionAt(before.length));
      const startedMs = performance.now();
      for (let i = 0; i < 5; i++) {
        await client.edit(uri, before.length + i, 0, 'a');
        const items = await client.inline(uri, before.length + i + 1, { invoked: false });
        for (const { range } of items)
          expect(range?.start).toEqual(client.document(uri).positionAt(before.length + i + 1));
      }
      expect(performance.now() - startedMs).toBeLessThan(15_000);
      await client.close(uri);
    },
  );
});

test('a killed engine process is reported once and restarted, and the server keeps running', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const startedAt = performance.now();
  const client = await TestClient.start({ folders: [folder] });
  try {
    const uri = uriOf(join(folder, 'killed.ts'));
    await client.open(uri, 'typescript', source);
    const offset = source.indexOf('dx * dx') + 3;
    const before = await client.inline(uri, offset);
    expect(before.length).toBeGreaterThan(0);
    const startMs = performance.now() - startedAt;
    for (const pid of await childrenOf(client.process.pid!)) process.kill(pid, 'SIGKILL');
    await until(() => client.notices.length > 0, 'the notice');
    const killedAt = performance.now();
    const other = uriOf(join(folder, 'other.ts'));
    await client.open(other, 'typescript', source.replaceAll('distance', 'length'));
    await until(async () => (await client.inline(other, offset - 2)).length > 0, 'a suggestion', 20_000);
    // A busy machine takes longer, for the start too.
    expect(performance.now() - killedAt).toBeLessThan(Math.max(5_000, 2 * startMs));
    expect(client.notices).toHaveLength(1);
    expect(client.notices[0]!.severity).toBe('warning');
    expect(client.process.exitCode).toBeNull();
  } finally {
    await client.stop();
  }
});

test('a model file deleted while loaded keeps serving, and is named in an error once it has to be loaded again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const path = join(folder, 'moved.gguf');
  await copyFile(bundledModelPath(), path);
  const client = await TestClient.start({ folders: [folder], settings: { model: { path } } });
  try {
    const uri = uriOf(join(folder, 'moved.ts'));
    await client.open(uri, 'typescript', source);
    expect((await client.inline(uri, source.indexOf('dx * dx') + 3)).length).toBeGreaterThan(0);
    await rm(path);
    expect((await client.inline(uri, source.indexOf('a.y - b.y') + 3)).length).toBeGreaterThan(0);
    for (const pid of await childrenOf(client.process.pid!)) process.kill(pid, 'SIGKILL');
    await until(
      () => client.notices.some(({ severity, message }) => severity === 'error' && message.includes('moved.gguf')),
      'the sentence',
    );
    expect(client.process.exitCode).toBeNull();
  } finally {
    await client.stop();
  }
});

/** A repository with an active adapter that has memorized `text`. */
async function repositoryWithAdapter(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `repotune-${name}-`));
  execFileSync('git', ['init', '--quiet', folder]);
  await mkdir(join(folder, 'src'));
  const adapterFile = await trainedAdapter(folder, name, text);
  const store = await AdapterStore.of(folder);
  const base = { name: 'bundled', architecture: 'llama', sizeBytes: 1, parameters: 1, weightType: 'F16' };
  const sha256 = await sha256OfModel(bundledModelPath());
  const id = `20260101-000000-${name === 'one' ? '1' : '2'}0000000`;
  const fresh = await manifestFor(id, adapterFile, { base: { ...base, sha256 } });
  const manifest = { ...fresh, adapter: { ...fresh.adapter, rank: 4, alpha: 8 } };
  await store.add({ manifest, adapterFile, report: {} });
  await store.activate(id, 'test');
  return folder;
}

test('documents of two folders are completed by the adapter of their own folder, also in alternation', async () => {
  const line = (word: string): string => `export const colour = '${word}${word}${word}';\n`;
  const one = await repositoryWithAdapter('one', line('crimson').repeat(12));
  const two = await repositoryWithAdapter('two', line('emerald').repeat(12));
  // Looking ahead notices a switch too, at an unpredictable moment.
  const settings = { completions: { lookAhead: false } };
  const client = await TestClient.start({ folders: [one, two], settings });
  try {
    const text = 'export const colour = \n';
    const offset = text.indexOf('colour = ') + 'colour = '.length;
    const [first, second] = [uriOf(join(one, 'src', 'a.ts')), uriOf(join(two, 'src', 'a.ts'))];
    await client.open(first, 'typescript', text);
    await client.open(second, 'typescript', text);
    const written = async (uri: string): Promise<string> => String((await client.inline(uri, offset))[0]?.insertText);
    const answers = [await written(first), await written(second), await written(first), await written(second)];
    expect(answers[0]).toContain('crimson');
    expect(answers[1]).toContain('emerald');
    expect(answers.slice(2)).toEqual(answers.slice(0, 2));

    // While both are serving, another process disables one's adapter and deletes the other's files.
    await (await AdapterStore.of(two)).disable('elsewhere');
    const { dir } = await AdapterStore.of(one);
    await rm(join(dir, 'versions'), { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await written(first)).toBe(answers[0]);
    // The request that notices the switch still gets an answer.
    const [ofBase] = await client.inline(second, offset);
    expect(ofBase?.insertText).toMatch(/^(?!.*emerald)./);
    expect(client.notices).toEqual([]);
    await client.settings({ completions: { maxTokens: 32, lookAhead: false } });
    await until(async () => !(await written(first)).includes('crimson'), 'the base to serve');
    expect(client.notices).toMatchObject([{ severity: 'warning', message: expect.stringMatching(/no adapter/) }]);
    expect(client.process.exitCode).toBeNull();
  } finally {
    await client.stop();
  }
});

test('a model that cannot be loaded is reported once, with what to do, and the engine state is failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const model = join(folder, 'broken.gguf');
  await writeFile(model, 'not a model');
  const client = await TestClient.start({ folders: [folder], settings: { model: { path: model } } });
  try {
    const uri = uriOf(join(folder, 'broken.ts'));
    await client.open(uri, 'typescript', source);
    for (let i = 0; i < 3; i++) expect(await client.inline(uri, cursor)).toEqual([]);
    await until(() => client.notices.length > 0, 'the notice');
    expect((await client.state()).engine.kind).toBe('failed');
    expect(client.notices.filter(({ message }) => message.includes('broken.gguf'))).toEqual([
      expect.objectContaining({
        severity: 'error',
        message: expect.stringMatching(/is not a GGUF file\. Choose a model in GGUF format/),
      }),
    ]);
  } finally {
    await client.stop();
  }
});
