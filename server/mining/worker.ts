/** A parser process: mines one batch of files after the other. A grammar's native code may crash it, which costs only a file. */
import { setImmediate as turn } from 'node:timers/promises';
import { answerTasks } from '../system/answerTasks.ts';
import { type FileJob, type MinedFile, mineFile } from './fileMiner.ts';

answerTasks(async (jobs: readonly FileJob[]): Promise<MinedFile[]> => {
  const mined: MinedFile[] = [];
  for (const job of jobs) {
    mined.push(await mineFile(job));
    // N-API frees native trees only between turns of the event loop: 2 GB pile up otherwise.
    await turn();
  }
  return mined;
});
