import { forgetLessons } from './lessons.ts';
import { stopLiveComparisonOf } from './liveComparisonFile.ts';
import { removeMergedCopies } from './mergedCopies.ts';
import { removeRoutes } from './routes.ts';
import { forgetJudgement } from './standing.ts';
import { forgetProbation } from './useFile.ts';

/** Deletes what is kept of a version beside its own folder: what it learned, what is known of it, and where it was to serve. */
export async function forgetVersion(storeDir: string, id: string): Promise<void> {
  await removeMergedCopies(id);
  await forgetJudgement(storeDir, id);
  await forgetLessons(storeDir, id);
  await removeRoutes(storeDir, ({ adapter }) => adapter === id);
  await stopLiveComparisonOf(storeDir, id);
  await forgetProbation(storeDir, id);
}
