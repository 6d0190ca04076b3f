/** Parser worker: piscina calls the default export in a thread of its own. */
import { type FileJob, type MinedFile, mineFile } from './fileMiner.ts';

export default async function mineFiles(jobs: readonly FileJob[]): Promise<MinedFile[]> {
  const mined: MinedFile[] = [];
  for (const job of jobs) mined.push(await mineFile(job));
  return mined;
}
