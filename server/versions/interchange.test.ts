import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readAdapterFile, writeAdapterFile } from '../adapters/peft/ggufAdapter.ts';
import { AdapterStore } from '../adapters/store.ts';
import { type AdapterSpec, adapterGguf } from '../adapters/testing.ts';
import { inspectModel } from '../models/inspect.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { formatOf } from '../prompt/index.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { AdapterService } from './adapterService.ts';
import { exportAdapter, importAdapter } from './interchange.ts';

let folder: string;
let store: AdapterStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-interchange-'));
  store = new AdapterStore(join(folder, 'store'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Rank 2 on one linear of the bundled base, which has width 256 and an FFN of 768. */
async function someAdapter(inputs = 768, prompt?: PromptFormat): Promise<string> {
  const path = join(folder, 'made.gguf');
  const values = (count: number) => Float32Array.from({ length: count }, (_, i) => (i % 7) / 1024);
  const matrices = new Map([
    ['blk.3.ffn_down.weight.lora_a', { shape: [2, inputs] as const, data: values(2 * inputs) }],
    ['blk.3.ffn_down.weight.lora_b', { shape: [256, 2] as const, data: values(512) }],
  ]);
  await writeAdapterFile(path, { architecture: 'llama', alpha: 4, matrices, ...(prompt && { prompt }) });
  return path;
}

const named = (name: string | undefined) => ({ name, repository: 'app' });

it('an imported adapter is stored inactive and without figures, and is exported unchanged', async () => {
  const id = await importAdapter(store, { ...named('theirs'), path: await someAdapter() }, bundledModelPath());
  const [adapter] = (await store.list()).adapters;
  expect(adapter).toMatchObject({
    id,
    name: 'theirs',
    active: false,
    manifest: { metrics: null, training: { method: 'imported' }, adapter: { rank: 2, alpha: 4 } },
  });
  await exportAdapter(store, id, { path: join(folder, 'peft'), merged: false }, bundledModelPath());
  await exportAdapter(store, id, { path: join(folder, 'out.gguf'), merged: false }, bundledModelPath());
  const again = await importAdapter(store, { ...named('again'), path: join(folder, 'peft') }, bundledModelPath());
  const original = { ...(await readAdapterFile(join(folder, 'made.gguf'))), prompt: adapter!.manifest.prompt };
  expect(await readAdapterFile(join(folder, 'out.gguf'))).toEqual(original);
  expect(await readAdapterFile((await store.find(again)).adapterPath)).toEqual(original);
});

it('no export is written over what is stored', async () => {
  const id = await importAdapter(store, { ...named('theirs'), path: await someAdapter() }, bundledModelPath());
  const { adapterPath, dir } = await store.find(id);
  const before = await readFile(adapterPath);
  await symlink(dir, join(folder, 'link'));
  for (const path of [adapterPath, dir, join(folder, 'link', 'new.gguf'), join(store.dir, 'new')])
    await expect(exportAdapter(store, id, { path, merged: false }, bundledModelPath())).rejects.toThrow(
      /is where adapters are stored, whose files must not change; name another place$/,
    );
  expect(await readFile(adapterPath)).toEqual(before);
});

it('an imported adapter is prompted with the layout that it left a store with, else with that of the base’s maker', async () => {
  const importing = async (path: string) =>
    (await store.find(await importAdapter(store, { ...named(undefined), path }, bundledModelPath()))).manifest;
  const unmarked = { order: 'suffix-first-line', repoTokens: false };
  expect((await importing(await someAdapter())).prompt).toEqual(unmarked);
  const prompt = { order: 'prefix-first', repoTokens: true } as const;
  const { id, prompt: read } = await importing(await someAdapter(768, prompt));
  expect(read).toEqual(prompt);
  for (const name of ['peft', 'out.gguf']) {
    await exportAdapter(store, id, { path: join(folder, name), merged: false }, bundledModelPath());
    expect((await importing(join(folder, name))).prompt).toEqual(prompt);
  }
});

it('an export does not replace the base', async () => {
  const [base, link] = [join(folder, 'base.gguf'), join(folder, 'link.gguf')];
  await copyFile(bundledModelPath(), base);
  await symlink(base, link);
  const id = await importAdapter(store, { ...named('one'), path: await someAdapter() }, base);
  for (const target of [
    { path: base, merged: true },
    { path: link, merged: false },
  ])
    await expect(exportAdapter(store, id, target, base)).rejects.toThrow('name another file');
  expect((await readFile(base)).equals(await readFile(bundledModelPath()))).toBe(true);
});

it('an adapter imported in a subfolder belongs to the repository around it', async () => {
  execFileSync('git', ['init', '--quiet', folder]);
  await mkdir(join(folder, 'packages'));
  const none = () => Promise.reject(new Error('Nothing here is measured.'));
  const adapters = await AdapterService.of(join(folder, 'packages'), {
    modelPath: bundledModelPath,
    lendServing: none,
    mineHeldOut: none,
    switchedBy: 'by command',
    nowMs: Date.now,
  });
  const id = await adapters.import(await someAdapter(), 'theirs');
  expect((await adapters.find(id)).manifest.dataset.repository).toBe(basename(folder));
});

it('a merged export is prompted, as a base, with the layout that its adapter has learned', async () => {
  const prompt = { order: 'prefix-first', repoTokens: false } as const;
  const path = await someAdapter(768, prompt);
  const id = await importAdapter(store, { ...named('theirs'), path }, bundledModelPath());
  const target = join(folder, 'marked.gguf');
  await exportAdapter(store, id, { path: target, merged: true }, bundledModelPath());
  const serving = new ServingOnce();
  try {
    expect(formatOf((await serving.load(target, 'cpu')).model)).toEqual(prompt);
  } finally {
    await serving.dispose();
  }
});

it('a merged export is one model like its base, leaves no other file and is recorded', async () => {
  const id = await importAdapter(store, { ...named('theirs'), path: await someAdapter() }, bundledModelPath());
  const target = join(folder, 'whole.gguf');
  await exportAdapter(store, id, { path: target, merged: true }, bundledModelPath());
  const [{ promptMark, ...whole }, { promptMark: unmarked, ...base }] = [
    await inspectModel(target),
    await inspectModel(bundledModelPath()),
  ];
  expect(whole).toEqual({ ...base, path: target });
  expect([promptMark, unmarked]).toEqual([expect.stringContaining('"order":"suffix-first-line"'), '']);
  expect((await readFile(target)).equals(await readFile(bundledModelPath()))).toBe(false);
  await expect(
    exportAdapter(store, id, { path: join(folder, 'absent', 'whole.gguf'), merged: true }, bundledModelPath()),
  ).rejects.toThrow(/There is no folder .*absent to write to/);
  expect((await readdir(folder)).filter((name) => /whole|tmp|part/.test(name))).toEqual(['whole.gguf']);
  expect((await store.audit.read()).at(-1)).toMatchObject({ action: 'export', detail: `merged into ${target}` });
});

it.each<[string, () => Promise<string>, RegExp]>([
  ['an adapter whose shapes are not the base’s', () => someAdapter(512), /made\.gguf cannot be imported: .*ffn_down/],
  [
    'a file that is not GGUF',
    async () => {
      await writeFile(join(folder, 'junk.gguf'), 'junk');
      return join(folder, 'junk.gguf');
    },
    /junk\.gguf cannot be imported: it is not a GGUF file/,
  ],
  ['a missing file', async () => join(folder, 'absent.gguf'), /there is nothing at .*absent\.gguf/],
])('importing %s is refused with the reason, and nothing is stored', async (_what, make, message) => {
  await expect(importAdapter(store, { ...named(undefined), path: await make() }, bundledModelPath())).rejects.toThrow(
    message,
  );
  expect((await store.list()).adapters).toEqual([]);
});

const TARGET = { name: 'blk.3.ffn_down.weight', in: 768, out: 256 };
const spec: AdapterSpec = { targets: [TARGET], rank: 2, alpha: 4 };

it.each<[string, () => Buffer | Promise<Buffer>, RegExp]>([
  ['a whole model', () => readFile(bundledModelPath()), /cannot be imported: it/],
  ['weights that are not finite', () => adapterGguf({ ...spec, value: () => Number.NaN }), /not finite/],
  ['a scale beyond any training', () => adapterGguf({ ...spec, alpha: 1e30 }), /its scale is/],
  ['a scale of zero', () => adapterGguf({ ...spec, alpha: 0 }), /its scale is 0/],
  ['overlapping matrices', () => adapterGguf({ ...spec, offsets: () => 0 }), /where another matrix does/],
  ['a matrix beyond the end of the file', () => adapterGguf({ ...spec, offsets: (at) => at + 2 ** 40 }), /cut short/],
  [
    'a linear that the base lacks',
    () => adapterGguf({ ...spec, targets: [{ ...TARGET, name: 'blk.99.ffn_down.weight' }] }),
    /does not fit/,
  ],
])('importing %s is refused before an engine loads it', async (_what, make, message) => {
  const path = join(folder, 'hostile.gguf');
  await writeFile(path, await make());
  const asked = vi.spyOn(ServingOnce.prototype, 'load');
  await expect(importAdapter(store, { ...named(undefined), path }, bundledModelPath())).rejects.toThrow(message);
  expect(asked).not.toHaveBeenCalled();
  asked.mockRestore();
  expect((await store.list()).adapters).toEqual([]);
});
