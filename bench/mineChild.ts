/** One mining run in its own process, for accurate memory figures. usage: node mineChild.ts '<JSON of the task>' */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { mineRepository } from '../server/mining/index.ts';

const task = z
  .object({
    folder: z.string(),
    processes: z.number().optional(),
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
  ...(task.processes === undefined ? {} : { processes: task.processes }),
  ...(task.contextChars === undefined ? {} : { contextChars: task.contextChars }),
  ...(task.history === undefined ? {} : { history: task.history }),
  ...(task.maxTrainPairs === undefined ? {} : { maxTrainPairs: task.maxTrainPairs }),
};
const controller = new AbortController();
/** The peak of this process and its parsers, if the system reports those (Linux). */
let peakRssMb = 0;
const watch = setInterval(() => {
  const parsers = readOr(`/proc/self/task/${process.pid}/children`).split(' ').filter(Boolean);
  const pages = parsers.map((pid) => Number(readOr(`/proc/${pid}/statm`).split(' ')[1] ?? 0));
  const bytes = process.memoryUsage.rss() + 4096 * pages.reduce((sum, count) => sum + count, 0);
  peakRssMb = Math.max(peakRssMb, bytes / 2 ** 20);
}, 20);

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const started = performance.now();
if (cancelAfterMs !== undefined) setTimeout(() => controller.abort(), cancelAfterMs);
const dataset = await mineRepository(options, () => {}, controller.signal).catch((error: Error) => {
  if (error.name !== 'AbortError') throw error;
  return null;
});
const ended = performance.now();
clearInterval(watch);
console.log(
  JSON.stringify({
    ms: ended - started,
    // Counted from when it was due, so that work blocking the event loop counts too.
    cancelMs: dataset || cancelAfterMs === undefined ? null : ended - started - cancelAfterMs,
    peakRssMb,
    files: dataset?.files.length ?? 0,
    pairs: dataset?.pairs.length ?? 0,
    statistics: dataset?.statistics ?? null,
  }),
);
