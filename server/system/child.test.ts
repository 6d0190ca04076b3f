import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Child, forkScript } from './child.ts';

vi.mock('node:child_process', async (original) => {
  const processes = await original<typeof import('node:child_process')>();
  return { ...processes, fork: vi.fn(processes.fork) };
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-child-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The reason for a process's end, as reported to its owner. */
async function endOf(script: string): Promise<string> {
  const path = join(folder, 'script.mjs');
  await writeFile(path, script);
  return await new Promise((resolve) => {
    new Child(forkScript(path, [], []), { onMessage: () => {}, onDeath: resolve });
  });
}

it.each([
  ['in pieces', ['Error: the model ', 'cannot be', ' read\\n', 'at a.ts:1\\n']],
  ['without a line break at its end', ['begun\\n', 'Error: the model cannot be read']],
])('reports the last line of stderr whole, even when it is written %s', async (_, pieces) => {
  const write = pieces.map((piece) => `process.stderr.write('${piece}'); await new Promise((r) => setTimeout(r, 60));`);
  expect(await endOf(`${write.join('\n')}\nprocess.exit(3);`)).toBe(
    'ended with exit code 3: Error: the model cannot be read',
  );
});

it('leaves the full stop of an error to the sentence that it becomes part of', async () => {
  const reason = await endOf("process.stderr.write('Error: There is no room. Free some.\\n'); process.exit(3);");
  expect(reason).toBe('ended with exit code 3: Error: There is no room. Free some');
});

it('opens no window of a console on Windows, where a run has none that its processes could share', () => {
  vi.mocked(fork).mockReturnValueOnce({} as ChildProcess);
  forkScript('/x.mjs', [], []);
  expect(vi.mocked(fork).mock.lastCall?.[2]).toMatchObject({ windowsHide: true });
});
