import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FileJob } from './fileMiner.ts';
import { mineFiles } from './pool.ts';
import { moduleText, ScratchRepository } from './testing.ts';

/** Files large enough for a thread to be inside native code most of the time. */
function jobsIn({ root }: ScratchRepository, count: number): { job: FileJob; bytes: number }[] {
  return Array.from({ length: count }, (_, i) => {
    const path = `m${i}.ts`;
    const job = { path, fullPath: join(root, path), language: 'typescript', seed: 1, density: 1, definitions: true };
    return { job: job as FileJob, bytes: 200_000 };
  });
}

it('threads give what this thread gives', async () => {
  using scratch = new ScratchRepository({ git: false });
  for (let i = 0; i < 6; i++) scratch.write(`m${i}.ts`, moduleText(`part${'abcdef'[i]}`, 20));
  const jobs = jobsIn(scratch, 7);
  const byPath = (files: readonly { path: string }[]) => [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const threaded = byPath(await mineFiles(jobs, { threads: 2 }));
  expect(threaded).toEqual(byPath(await mineFiles(jobs, { threads: 0 })));
  expect(threaded.at(-1)).toMatchObject({ path: 'm6.ts', reason: 'cannot be read' });
});

it('cancelled at any time it rejects with the reason, and the process goes on', async () => {
  using scratch = new ScratchRepository({ git: false });
  for (let i = 0; i < 12; i++) scratch.write(`m${i}.ts`, moduleText(`part${'abcdefghijkl'[i]}`, 300));
  const jobs = jobsIn(scratch, 12);
  const already = AbortSignal.abort();
  await expect(mineFiles(jobs, { threads: 2, signal: already })).rejects.toBe(already.reason);
  for (const afterFiles of [0, 1, 3]) {
    const controller = new AbortController();
    let seen = 0;
    const onFile = (): void => {
      if (++seen === afterFiles) controller.abort();
    };
    // Within the first parse: a thread needs longer than this to start, and then is in native code for a while.
    if (afterFiles === 0) setTimeout(() => controller.abort(), 400);
    const refusal = await mineFiles(jobs, { threads: 2, signal: controller.signal, onFile }).catch((error) => error);
    expect(refusal).toBe(controller.signal.reason);
  }
}, 120_000);
