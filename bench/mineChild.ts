/** One run of mining in a process of its own, for honest memory figures. usage: node mineChild.ts '<JSON of the task>' */
import * as z from 'zod';
import { mineRepository } from '../server/mining/index.ts';

const task = z
  .object({
    folder: z.string(),
    threads: z.number().optional(),
    cachePath: z.string().nullable(),
    contextChars: z.number().optional(),
    history: z.boolean().optional(),
    maxTrainPairs: z.number().optional(),
    cancelAfterMs: z.number().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const { cancelAfterMs, folder, cachePath } = task;
const options = {
  folder,
  cachePath,
  ...(task.threads === undefined ? {} : { threads: task.threads }),
  ...(task.contextChars === undefined ? {} : { contextChars: task.contextChars }),
  ...(task.history === undefined ? {} : { history: task.history }),
  ...(task.maxTrainPairs === undefined ? {} : { maxTrainPairs: task.maxTrainPairs }),
};
const controller = new AbortController();
const started = performance.now();
if (cancelAfterMs !== undefined) setTimeout(() => controller.abort(), cancelAfterMs);
const dataset = await mineRepository(options, () => {}, controller.signal).catch((error: Error) => {
  if (error.name !== 'AbortError') throw error;
  return null;
});
const ended = performance.now();
console.log(
  JSON.stringify({
    ms: ended - started,
    // From when it was due: work that lets nobody be heard counts too.
    cancelMs: dataset || cancelAfterMs === undefined ? null : ended - started - cancelAfterMs,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    files: dataset?.files.length ?? 0,
    pairs: dataset?.pairs.length ?? 0,
    statistics: dataset?.statistics ?? null,
  }),
);
// Cancelled parser threads may still be inside one parse.
process.exit(0);
