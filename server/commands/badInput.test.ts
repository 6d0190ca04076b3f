import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { manifestFor } from '../adapters/testing.ts';
import { emptyGguf } from '../engine/testing.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { bundledModel } from '../models/bundled.ts';
import { takeLock } from '../storage/lock.ts';
import { scriptPath } from '../storage/paths.ts';

vi.setConfig({ testTimeout: 300_000 });

const cli = scriptPath('cli');
const scratch = mkdtempSync(join(tmpdir(), 'repotune-bad-'));
const repository = new ScratchRepository();
const STATE = JSON.stringify({ format: 1, active: 'old-1', history: [], names: {} });
const environment = { ...process.env, REPOTUNE_DATA: join(scratch, 'data') };

beforeAll(async () => {
  for (let i = 0; i < 24; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 4));
  repository.commit();
  // An adapter that is already serving: no failure may change that.
  const file = join(scratch, 'old.gguf');
  writeFileSync(file, 'old weights');
  const store = await AdapterStore.of(repository.root);
  await store.add({ manifest: await manifestFor('old-1', file), adapterFile: file, report: {} });
  writeFileSync(join(store.dir, 'state.json'), STATE);
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  rmSync(repository.root, { recursive: true, force: true });
});

function tune(...args: string[]): { code: number | null; message: string } {
  const { status, stderr } = spawnSync(process.execPath, [cli, 'tune', ...args], {
    encoding: 'utf8',
    env: environment,
  });
  return { code: status, message: stderr.trim().split('\n').at(-1) ?? '' };
}

async function nothingChanged(): Promise<void> {
  const { dir } = await AdapterStore.of(repository.root);
  expect(readFileSync(join(dir, 'state.json'), 'utf8')).toBe(STATE);
  expect(readdirSync(join(dir, 'versions'))).toEqual(['old-1']);
  expect(readFileSync(join(dir, 'versions', 'old-1', 'adapter.gguf'), 'utf8')).toBe('old weights');
}

function folder(name: string, files: Readonly<Record<string, string>> = {}): string {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

describe('repotune tune that cannot be carried out says what to do and changes nothing', () => {
  const bundled = bundledModel()!;
  const model = (name: string, bytes: string | Uint8Array): string => {
    const path = join(scratch, name);
    writeFileSync(path, bytes);
    return path;
  };
  const truncated = (): string => {
    const path = model('truncated.gguf', readFileSync(bundled));
    truncateSync(path, 9_000_000);
    return path;
  };

  it.each<[string, () => string[], RegExp]>([
    ['a folder that does not exist', () => [join(scratch, 'nowhere')], /does not exist: give the folder/],
    ['a file', () => [bundled], /is not a folder: give the folder/],
    ['an empty folder without git', () => [folder('empty')], /holds no files: open a folder with source code/],
    ['a repository in which nothing is tracked', () => [new ScratchRepository().root], /git tracks no file.*git add/],
    [
      'too little code',
      () => [folder('little', { 'a.ts': 'export const a = 1;\n', 'b.ts': 'export const b = 2;\n' })],
      /Too little code.*4 lines.*at least \d+ lines/,
    ],
    [
      'a missing model',
      () => [repository.root, '--model', join(scratch, 'no.gguf')],
      /There is no model file .*no\.gguf\. Choose a base model/,
    ],
    [
      'a truncated model',
      () => [repository.root, '--model', truncated()],
      /is truncated: 9000000 of \d+ bytes\. Download it again/,
    ],
    [
      'a model cut inside its header',
      () => [repository.root, '--model', model('head.gguf', readFileSync(bundled).subarray(0, 5000))],
      /truncated: it ends inside its header/,
    ],
    [
      'a model that is not GGUF',
      () => [repository.root, '--model', model('x.gguf', 'PK not a model at all')],
      /is not a GGUF file\. Choose a model in GGUF format/,
    ],
    [
      'a model without weights',
      () => [repository.root, '--model', model('none.gguf', emptyGguf('llama'))],
      /holds no weights/,
    ],
    [
      'an architecture that is not supported',
      () => [repository.root, '--model', model('arch.gguf', renamedArchitecture(bundled, 'mamba'))],
      /architecture mamba.*Supported: llama, qwen2/,
    ],
  ])('%s: exit 1', async (_, args, expected) => {
    const { code, message } = tune(...args());
    expect(message).toMatch(expected);
    expect(code).toBe(1);
    await nothingChanged();
  });

  it('a second tune while one runs: exit 1', async () => {
    const { dir } = await AdapterStore.of(repository.root);
    const lock = await takeLock(join(dir, 'tune.lock'), 'a test');
    const { code, message } = tune(repository.root);
    expect(message).toMatch(
      new RegExp(`already running \\(process ${process.pid}, since .*Wait for it or stop it first`),
    );
    expect(code).toBe(1);
    if (lock.kind === 'taken') await lock.release();
    await nothingChanged();
  });

  it.each([
    ['--rank', '0'],
    ['--blocks', '1.5'],
    ['--base-type', 'q3'],
    ['--minutes', 'soon'],
    ['--size', 'huge'],
    ['--name', ' '],
    ['--name', 'x'.repeat(101)],
    ['--no-such-option', '1'],
  ])('wrong option %s %s: exit 2 with the usage', async (name, value) => {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'tune', repository.root, name, value], {
      encoding: 'utf8',
      env: environment,
    });
    expect(stderr).toContain('usage: repotune tune');
    expect(status).toBe(2);
    await nothingChanged();
  });

  it.runIf(process.platform === 'linux')('a full disk: exit 1', async () => {
    const disk = folder('disk');
    const script = `mount -t tmpfs -o size=96k tmpfs ${disk} && exec ${process.execPath} ${cli} tune ${folder('no-git')} --threads 1`;
    for (let i = 0; i < 24; i++) writeFileSync(join(scratch, 'no-git', `m${i}.ts`), moduleText(`m${i}`));
    const { status, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script], {
      encoding: 'utf8',
      env: { ...environment, REPOTUNE_DATA: disk },
    });
    // Where user namespaces are forbidden, a full disk cannot be simulated without harm.
    if (/unshare|mount/.test(stderr) && status !== 1) return;
    expect(stderr.trim().split('\n').at(-1)).toMatch(/The disk is full.*Free some space/);
    expect(status).toBe(1);
    expect(readdirSync(join(scratch, 'no-git'))).toHaveLength(24);
    await nothingChanged();
  });

  it.runIf(process.platform === 'linux')(
    'a tuning process that is killed: exit 1; a stop by Ctrl+C: exit 130',
    async () => {
      for (const act of ['kill', 'stop'] as const) {
        // Enough time to reach training on a busy machine, too.
        const options = ['--threads', '1', '--minutes', '2', '--anyway'];
        const run = spawn(process.execPath, [cli, 'tune', repository.root, ...options], {
          env: environment,
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        let stderr = '';
        let acted = false;
        run.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
          const child = acted ? undefined : tuningChild(run.pid!);
          if (child === undefined || !stderr.includes('training')) return;
          acted = true;
          if (act === 'kill') process.kill(child, 'SIGKILL');
          else run.kill('SIGINT');
        });
        const [code] = await once(run, 'exit');
        expect(stderr).toMatch(
          act === 'kill' ? /The tuning process .*Start the tune again/ : /stopped\. Nothing was changed/,
        );
        expect(code).toBe(act === 'kill' ? 1 : 130);
        await nothingChanged();
      }
    },
  );
});

/** The same file with the architecture replaced by one of equal length. */
function renamedArchitecture(path: string, name: string): Uint8Array {
  const bytes = Buffer.from(readFileSync(path));
  const key = bytes.indexOf('general.architecture');
  bytes.write(name, key + 'general.architecture'.length + 4 + 8, 'latin1');
  return bytes;
}

function tuningChild(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.map(Number).find((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0').includes('tune');
    } catch {
      return false;
    }
  });
}
