// npm run bench -- mine: `--help` says what it measures.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { report } from '../server/common/bars.ts';
import { findRepository } from '../server/git/repository.ts';
import type { FileJob } from '../server/mining/fileMiner.ts';
import { batches } from '../server/mining/pool.ts';
import { listCandidates } from '../server/mining/sources.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { TaskProcess } from '../server/system/taskProcess.ts';
import type { BareJobs } from './bareParseWorker.ts';
import { commandLine, wholeNumber } from './commandLine.ts';
import { least, mineCorpus } from './mineCorpus.ts';
import { largestOf } from './shownBy.ts';

const USAGE = `usage: npm run bench -- mine [--processes N] [--json]

Mining against reading and parsing the same files alone, with the same number of processes; memory, a second run after one change, and how
fast a cancelled run ends.`;

const { values } = commandLine(USAGE, { processes: { type: 'string' } });
const processes =
  values.processes === undefined ? Math.min(2, availableParallelism()) : wholeNumber('--processes', values.processes);
const corpus = mineCorpus();
if (corpus.files < least.files || corpus.lines < least.lines) {
  throw new Error(
    `The corpus has ${corpus.files} files and ${corpus.lines} lines; ${least.files} and ${least.lines} are needed. Run npm ci.`,
  );
}

const outcome = z.object({
  ms: z.number(),
  cancelMs: z.number().nullable(),
  peakRssMb: z.number(),
  files: z.number(),
  pairs: z.number(),
  statistics: z.object({ cachedFiles: z.number(), milliseconds: z.record(z.string(), z.number()) }).nullable(),
});
type Outcome = z.infer<typeof outcome>;

const scratch = mkdtempSync(join(tmpdir(), 'repotune-bench-'));
try {
  const bareMs = await bareParse();
  const mined = mine({ cachePath: null, processes });
  // Measured again after the run it is compared with, so that a machine slowing down does not decide the result.
  const bareAgainMs = await bareParse();
  const cachePath = join(scratch, 'mining.cache');
  // Fills the cache, including signatures, which the second run also uses.
  const retrieval = mine({ cachePath, contextChars: 600, processes });
  appendFileSync(join(corpus.folder, 'llama.cpp', 'convert_hf_to_gguf.py'), '\n');
  const second = mine({ cachePath });
  const history = mine({ folder: packageRoot, cachePath: null, history: true });
  // During listing, parsing, selection, contexts, and history.
  const cancelled = [
    ...[100, 1_500, 4_000].map((cancelAfterMs) => ({ cachePath: null, processes, cancelAfterMs })),
    { cachePath, cancelAfterMs: 0.7 * second.ms },
    { cachePath, contextChars: 600, cancelAfterMs: second.ms + stageMs(retrieval, 'context') / 2 },
    {
      folder: packageRoot,
      cachePath: null,
      history: true,
      cancelAfterMs: history.ms - stageMs(history, 'history') / 2,
    },
  ].flatMap((task) => mine(task).cancelMs ?? []);
  if (!values.json) {
    const rate = (ms: number) => `${Math.round(corpus.lines / ms)} k lines/s`;
    console.log(`${corpus.files} files, ${corpus.lines} lines, ${processes} parser processes`);
    console.log(
      `read and parse alone   ${seconds(bareMs)}, ${seconds(bareAgainMs)}  ${rate((bareMs + bareAgainMs) / 2)}`,
    );
    console.log(
      `mine                   ${seconds(mined.ms)}  ${rate(mined.ms)}, ${mined.pairs} pairs ${stages(mined)}`,
    );
    console.log(`second run, one change ${seconds(second.ms)}  ${stages(second)}`);
    console.log(`retrieval              ${seconds(stageMs(retrieval, 'context'))} for ${retrieval.pairs} pairs`);
    console.log(`history (this repo)    ${seconds(stageMs(history, 'history'))}`);
  }
  report(
    [
      { name: 'throughput-over-bare-parse', value: (bareMs + bareAgainMs) / 2 / mined.ms, op: '>=', bar: 0.4 },
      { name: 'peak-rss-mb', value: Math.max(mined.peakRssMb, second.peakRssMb), op: '<=', bar: 600 },
      { name: 'second-run-after-one-change-seconds', value: second.ms / 1000, op: '<=', bar: 1 },
      // Runs that end before they would be cancelled show nothing.
      { name: 'cancel-ms', value: largestOf(cancelled), op: '<=', bar: 200 },
    ],
    values.json,
    {
      files: corpus.files,
      lines: corpus.lines,
      processes,
      bareMs: [bareMs, bareAgainMs],
      mined,
      second,
      retrieval,
      history,
      cancelled,
    },
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Reads and parses every file that mining opens, in the same batches. */
async function bareParse(): Promise<number> {
  const { candidates } = await listCandidates(corpus.folder, await findRepository(corpus.folder));
  const jobs = candidates.flatMap((candidate) =>
    candidate.kind === 'open'
      ? [
          {
            job: { ...candidate, seed: 1, density: 1, definitions: false } satisfies FileJob,
            bytes: candidate.stat.size,
          },
        ]
      : [],
  );
  const started = performance.now();
  const script = fileURLToPath(new URL('bareParseWorker.ts', import.meta.url));
  const parsers = Array.from(
    { length: processes },
    () => new TaskProcess<BareJobs, number>({ script, heapMb: 128, name: 'parser' }),
  );
  const queue = batches(jobs);
  const feed = async (parser: TaskProcess<BareJobs, number>): Promise<void> => {
    for (let batch = queue.pop(); batch; batch = queue.pop())
      await parser.run(batch.map(({ fullPath, language }) => ({ fullPath, language })));
  };
  // As in mining: two batches in flight per process.
  await Promise.all([...parsers, ...parsers].map(feed));
  const ms = performance.now() - started;
  await Promise.all(parsers.map((parser) => parser.end()));
  return ms;
}

function mine(task: Readonly<Record<string, unknown>>): Outcome {
  const child = fileURLToPath(new URL('mineChild.ts', import.meta.url));
  const output = execFileSync(process.execPath, [child, JSON.stringify({ folder: corpus.folder, ...task })], {
    encoding: 'utf8',
  });
  return outcome.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
}

function stageMs({ statistics }: Outcome, stage: string): number {
  return statistics?.milliseconds[stage] ?? 0;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function stages({ statistics }: Outcome): string {
  return Object.entries(statistics?.milliseconds ?? {})
    .filter(([, ms]) => ms > 0)
    .map(([stage, ms]) => `${stage} ${ms} ms`)
    .join(', ');
}
