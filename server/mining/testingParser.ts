/** A parser process for tests that misbehaves as grammars may: files are named after what they do to it. */
import { answerTasks } from '../system/answerTasks.ts';
import { type FileJob, leftOut, type MinedFile } from './fileMiner.ts';

const ends: Readonly<Record<string, () => unknown>> = {
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  hog: () => {
    const kept: number[][] = [];
    for (;;) kept.push(new Array<number>(1_000_000).fill(0.5));
  },
  hang: () => {
    for (;;);
  },
};

answerTasks(
  async (jobs: readonly FileJob[]): Promise<MinedFile[]> =>
    jobs.map(({ path }) => {
      ends[path.split('.')[0] ?? '']?.();
      return leftOut(path, 1, 'read');
    }),
);
