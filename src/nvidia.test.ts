import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { mayHaveNvidia } from './nvidia.ts';

const card = (slot: string, vendor: string): [string, string] => [`sys/bus/pci/devices/${slot}/vendor`, `${vendor}\n`];

test.each<[string, [string, string][], boolean]>([
  ['no device', [], false],
  ['another maker’s card', [card('0000:00:02.0', '0x8086'), ['dev/dri/renderD128', '']], false],
  ['NVIDIA’s driver', [['dev/nvidiactl', '']], true],
  ['a GPU that Windows may share', [['dev/dxg', '']], true],
  ['a card without its driver', [card('0000:00:02.0', '0x8086'), card('0000:01:00.0', '0x10de')], true],
])('on Linux with %s', async (_, files, expected) => {
  const root = await mkdtemp(join(tmpdir(), 'repotune-nvidia-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  expect(await mayHaveNvidia('linux', root)).toBe(expected);
});

test('elsewhere nothing rules one out', async () => expect(await mayHaveNvidia('win32', '/nowhere')).toBe(true));
