import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startHub } from '../models/testing.ts';
import { modelsCommand } from './models.ts';

/** A GGUF model with one F32 weight that states its architecture and nothing else. */
function oneWeight(architecture: string): Buffer {
  const int32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  const int64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
  const text = (value: string): Buffer => Buffer.concat([int64(value.length), Buffer.from(value)]);
  const tensor = [text('w'), int32(1), int64(1), int32(0), int64(0)];
  const metadata = [text('general.architecture'), int32(8), text(architecture)];
  const header = [Buffer.from('GGUF'), int32(3), int64(1), int64(1)];
  return Buffer.concat([...header, ...metadata, ...tensor, Buffer.alloc(64)]);
}

test.each([
  ['', (path: string) => path],
  ['--json', (path: string) => JSON.stringify({ kind: 'present', path })],
])(
  'a model from the hub that cannot be tuned %s is said to be that, and no command is named that would tune it',
  async (flag, told) => {
    const data = await mkdtemp(join(tmpdir(), 'repotune-models-command-'));
    vi.stubEnv('REPOTUNE_DATA', data);
    const hub = await startHub({ repository: 'team/model', file: 'a.gguf', content: oneWeight('phi3') });
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    onTestFinished(async () => {
      said.mockRestore();
      vi.unstubAllEnvs();
      await hub.close();
      await rm(data, { recursive: true, force: true });
    });
    const get = (): Promise<number> =>
      modelsCommand.run(
        ['get', 'team/model/a.gguf', '--hub', hub.url, ...(flag === '' ? [] : [flag])],
        new AbortController().signal,
      );
    await expect(get()).rejects.toThrow('has the architecture phi3, which cannot be tuned');
    said.mockClear();
    // It is here now, and no better.
    await expect(get()).rejects.toThrow('has the architecture phi3, which cannot be tuned');
    expect(said.mock.calls.flat()).toEqual([told(join(data, 'models', 'team--model--a.gguf'))]);
  },
);
