/** Follows a job's log from its start to the job's end, across broken connections. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ownText } from '../common/ownText.ts';
import { ClusterError } from './errors.ts';
import { type JobEvent, readLogLine } from './jobEvents.ts';
import { LineSplitter, lastLines, MOST_CHARS } from './logLines.ts';
import { isOver, type JobInfo, type RayJobs } from './rayJobs.ts';

export interface JobEnd {
  readonly status: JobInfo['status'];
  /** Ray's own message, '' if it has none. */
  readonly message: string;
  /** The last ordinary lines of the log. */
  readonly lines: string;
}

/** Interval between status queries; the log is pushed. */
const LOOK_MS = 2000;
/** Following ends after this much silence; the job does not. */
const PATIENCE_MS = 10 * 60_000;
/** Most that one round counts: the machine may have slept meanwhile, or the log may have streamed for hours. */
const MOST_LOOK_MS = 60_000;
const MOST_KEPT_LINES = 200;

export interface FollowOptions {
  readonly lookMs?: number;
  readonly patienceMs?: number;
}

/**
 * `onEvent` gets each event once, although every connection sends the log from its start. Rejects with the signal's reason, or with a
 * message for the user if the cluster no longer answers.
 */
export async function followJob(
  jobs: RayJobs,
  id: string,
  onEvent: (event: JobEvent) => void,
  signal: AbortSignal,
  { lookMs = LOOK_MS, patienceMs = PATIENCE_MS }: FollowOptions = {},
): Promise<JobEnd> {
  const log = new SeenLog(onEvent);
  let silentMs = 0;
  for (;;) {
    signal.throwIfAborted();
    const lookedAtMs = performance.now();
    let brought = false;
    const heard = log.from();
    await jobs.tail(
      id,
      (text) => {
        brought = true;
        heard(text);
      },
      signal,
    );
    signal.throwIfAborted();
    try {
      const info = await jobs.info(id, signal);
      silentMs = 0;
      // Ray 2.60 with aiohttp 3.14 accepts such a connection, and closes it before the first line.
      if (info.status === 'RUNNING' && !brought) log.from()(await jobs.log(id, signal));
      if (isOver(info)) {
        // The end of the log may have been written after the connection closed.
        const read = log.from();
        read(await jobs.log(id, signal));
        log.end();
        return { status: info.status, message: info.message ?? '', lines: log.lines };
      }
    } catch (error) {
      if (!(error instanceof ClusterError) || error.problem !== 'no-answer') throw error;
      // Where packets are dropped, both requests first run into their time-outs.
      silentMs += lookMs + Math.min(performance.now() - lookedAtMs, MOST_LOOK_MS);
      if (silentMs >= patienceMs)
        throw new ClusterError(
          'no-answer',
          `The cluster at ${jobs.address} does not answer any more. The job may go on there. To fetch its adapters later, run on the command line: repotune cluster follow ${id}`,
          { cause: error },
        );
    }
    await sleep(lookMs, undefined, { signal });
  }
}

/** Counts events in the log, to skip those already seen when it is sent again. */
class SeenLog {
  readonly #onEvent: (event: JobEvent) => void;
  #seen = 0;
  #lines: string[] = [];
  #splitter: LineSplitter | null = null;

  constructor(onEvent: (event: JobEvent) => void) {
    this.#onEvent = onEvent;
  }

  get lines(): string {
    return lastLines(this.#lines.join('\n'));
  }

  /** A reader of the log from its first line. */
  from(): (text: string) => void {
    let at = 0;
    this.#lines = [];
    const splitter = new LineSplitter((line) => {
      const read = readLogLine(line);
      if (read.kind === 'unmarked') this.#keep(line);
      if (read.kind !== 'event') return;
      at++;
      if (at <= this.#seen) return;
      this.#seen = at;
      this.#onEvent(read.event);
    });
    this.#splitter = splitter;
    return (text) => splitter.add(text);
  }

  end(): void {
    this.#splitter?.end();
  }

  #keep(line: string): void {
    this.#lines.push(ownText(line.slice(-MOST_CHARS)));
    if (this.#lines.length > 2 * MOST_KEPT_LINES) this.#lines = this.#lines.slice(-MOST_KEPT_LINES);
  }
}
