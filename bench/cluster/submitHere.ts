/** The command line's `cluster submit`, as a user starts it, with a worker lost on the way. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type JobEvent, readLogLine } from '../../server/cluster/jobEvents.ts';
import { RayJobs } from '../../server/cluster/rayJobs.ts';
import { scriptPath } from '../../server/storage/paths.ts';

const done = z.object({
  folder: z.string(),
  kind: z.literal('done'),
  lost: z.number(),
  result: z.looseObject({ adapterId: z.string(), activated: z.boolean(), reason: z.string(), steps: z.number() }),
});
const outcomesSchema = z.object({
  outcomes: z.array(z.union([done, z.looseObject({ folder: z.string(), kind: z.enum(['failed', 'already']) })])),
});
export type Outcome = z.infer<typeof outcomesSchema>['outcomes'][number];

export interface Submitting {
  /** Resolves with the outcomes; rejects with the command's output. */
  readonly outcomes: Promise<readonly Outcome[]>;
}

export function submit(args: readonly string[], environment: NodeJS.ProcessEnv): Submitting {
  const child = spawn(process.execPath, [scriptPath('cli'), 'cluster', 'submit', ...args, '--json'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, words] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4000);
  });
  const outcomes = new Promise<readonly Outcome[]>((resolve, reject) => {
    child.on('close', () => {
      try {
        resolve(outcomesSchema.parse(JSON.parse(said.trim().split('\n').at(-1) ?? '')).outcomes);
      } catch {
        reject(new Error(`cluster submit failed: ${words.trim()}`));
      }
    });
  });
  outcomes.catch(() => {});
  return { outcomes };
}

/** Waits until each of this many repositories has a checkpoint and steps still to go. */
export async function inTheMiddle(
  address: string,
  repositories: number,
  step: number,
  over: Promise<unknown>,
): Promise<boolean> {
  const jobs = new RayJobs(address, undefined);
  let ended = false;
  over.then(
    () => (ended = true),
    () => (ended = true),
  );
  try {
    while (!ended) {
      await sleep(2000);
      const events = await eventsOf(jobs);
      const at = new Set(
        events.flatMap((event) => (event.kind === 'step' && event.step >= step ? [event.repository] : [])),
      );
      if (events.some(({ kind }) => kind === 'trained' || kind === 'failed')) return false;
      if (at.size >= repositories) return true;
    }
    return false;
  } finally {
    await jobs.dispose();
  }
}

async function eventsOf(jobs: RayJobs): Promise<JobEvent[]> {
  const listed = await fetch(`${jobs.address}/api/jobs/`).catch(() => null);
  const [job] = listed?.ok
    ? z.array(z.looseObject({ submission_id: z.string().nullish() })).parse(await listed.json())
    : [];
  if (!job?.submission_id) return [];
  const log = await jobs.log(job.submission_id, AbortSignal.timeout(30_000)).catch(() => '');
  return log.split('\n').flatMap((line) => {
    const read = readLogLine(line);
    return read.kind === 'event' ? [read.event] : [];
  });
}
