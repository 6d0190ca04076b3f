/**
 * Ray's Jobs API over HTTP (docs.ray.io, Ray Jobs REST API): upload of a working directory, jobs, their state and their log. Redirects are
 * refused, since the user agreed to sending to this address only.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvHttpProxyAgent, request, WebSocket } from 'undici';
import * as z from 'zod';
import { boundedText } from '../common/boundedText.ts';
import { withoutControls } from '../common/controls.ts';
import { networkReason } from '../downloads/networkReason.ts';
import { proxyOptions } from '../downloads/proxiedFetch.ts';
import { ClusterError } from './errors.ts';

/** The first Ray whose Jobs API and runtime environments match their use here. */
const OLDEST_RAY = [2, 10] as const;
/** Version of the API itself, which Ray has kept since 2.0. */
const API_VERSION = '4';
/** Of a proxy or an ingress; the request may have reached the cluster all the same. */
const GATEWAY: ReadonlySet<number> = new Set([502, 503, 504]);
/** Size limit of Ray's package store. */
const MOST_PACKAGE_BYTES = 500 * 2 ** 20;
/** A head node under load takes its time, especially to start what a job needs. */
const ANSWER_MS = 120_000;
const SUBMIT_MS = 10 * 60_000;
const UPLOAD_MS = 30 * 60_000;
const MOST_ATTEMPTS = 30;
const PAUSE_MS = 5000;

/** Limit of every answer but the log, which also contains the adapters. */
const MOST_ANSWER_BYTES = 4 * 2 ** 20;
/** Maximum length of a string. */
const MOST_LOG_BYTES = 500 * 2 ** 20;

const version = z.string().regex(/^[\w.+-]{1,40}$/);
const versionSchema = z.object({ version, ray_version: version });
const logsSchema = z.object({ logs: z.string() });
const jobSchema = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  error_type: z.string().nullish(),
});
export type JobInfo = z.infer<typeof jobSchema>;

export interface JobRequest {
  readonly submissionId: string;
  readonly entrypoint: string;
  /** `gcs://…`, as returned by {@link RayJobs.upload}. */
  readonly workingDir: string;
  /** Lines of a requirements file; null if the cluster has the packages. */
  readonly packages: readonly string[] | null;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}
type AnswerProblem = 'not-ray' | 'refused' | 'failed';

export function isOver({ status }: JobInfo): boolean {
  return status === 'STOPPED' || status === 'SUCCEEDED' || status === 'FAILED';
}

export class RayJobs {
  readonly address: string;
  /** For undici's `request`: `fetch` marks requests as a browser's, from which Ray accepts no uploads and no jobs. */
  readonly #headers: Readonly<Record<string, string>>;
  readonly #pauseMs: number;
  readonly #dispatcher = new EnvHttpProxyAgent(proxyOptions());

  /** `address`: as returned by `parseAddress`. `token`: for a cluster with Ray's token authentication. */
  constructor(address: string, token: string | undefined, pauseMs = PAUSE_MS) {
    this.address = address;
    this.#pauseMs = pauseMs;
    this.#headers = token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };
  }

  /** @throws {ClusterError} if no Ray answers there, or one that is too old. @returns Ray's version */
  async version(signal: AbortSignal): Promise<string> {
    return this.#fitting(await this.#text('GET', '/api/version', null, signal, 'not-ray'));
  }

  /** The same without the token, which nobody has agreed to send there yet: that it is asked for is an answer, too. */
  async requireAnswer(signal: AbortSignal): Promise<void> {
    const answer = await this.#ask('GET', '/api/version', null, signal, ANSWER_MS, {});
    const asksForToken = answer.status === 401 || answer.status === 403;
    if (!asksForToken || this.#headers['authorization'] === undefined) this.#fitting(this.#good(answer, 'not-ray'));
  }

  #fitting(text: string): string {
    const { version, ray_version: ray } = this.#read(versionSchema, text);
    const [major = 0, minor = 0] = ray.split('.').map(Number);
    if (version !== API_VERSION || major < OLDEST_RAY[0] || (major === OLDEST_RAY[0] && minor < OLDEST_RAY[1]))
      throw new ClusterError(
        'wrong-version',
        `The cluster at ${this.address} runs Ray ${ray} with version ${version} of the Jobs API. Ray ${OLDEST_RAY.join('.')} or newer with version ${API_VERSION} is needed.`,
      );
    return ray;
  }

  /** Named by its content: an existing package is not sent again. @returns its URI for {@link JobRequest.workingDir} */
  async upload(zip: Uint8Array, signal: AbortSignal): Promise<string> {
    if (zip.length >= MOST_PACKAGE_BYTES)
      throw new ClusterError(
        'too-large',
        `The job is ${Math.ceil(zip.length / 1e6)} MB large, and Ray takes at most ${Math.floor(MOST_PACKAGE_BYTES / 1e6)}. Submit fewer repositories at a time.`,
      );
    const name = `_ray_pkg_${createHash('sha256').update(zip).digest('hex').slice(0, 32)}.zip`;
    const path = `/api/packages/gcs/${name}`;
    const there = await this.#ask('GET', path, null, signal, ANSWER_MS);
    if (there.status !== 200) await this.#text('PUT', path, zip, signal, 'refused', UPLOAD_MS);
    return `gcs://${name}`;
  }

  /** The job keeps the id it was given. */
  async submit(job: JobRequest, signal: AbortSignal): Promise<void> {
    const taken = z.object({ submission_id: z.literal(job.submissionId) });
    const body = JSON.stringify({
      entrypoint: job.entrypoint,
      submission_id: job.submissionId,
      runtime_env: {
        working_dir: job.workingDir,
        ...(job.packages === null ? {} : { pip: job.packages }),
      },
      metadata: job.metadata,
    });
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#ask('POST', '/api/jobs/', body, signal, SUBMIT_MS);
      // A freshly started head node has no agent for jobs yet, and says so.
      if (!(answer.status === 500 && /try again later/.test(answer.text)) || attempt === MOST_ATTEMPTS)
        return void this.#read(taken, this.#good(answer, 'refused'));
      await sleep(this.#pauseMs, undefined, { signal });
    }
  }

  async info(id: string, signal: AbortSignal): Promise<JobInfo> {
    return this.#read(jobSchema, await this.#text('GET', jobPath(id), null, signal, 'failed'));
  }

  /** Requests the stop; the job's state tells when it has happened. A job unknown to the cluster, after a restart, has ended. */
  async stop(id: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#ask('POST', `${jobPath(id)}/stop`, '', signal, ANSWER_MS);
    if (answer.status !== 404 || !answer.text.includes(id)) this.#good(answer, 'refused');
  }

  /** The whole log so far. */
  async log(id: string, signal: AbortSignal): Promise<string> {
    return this.#read(logsSchema, await this.#text('GET', `${jobPath(id)}/logs`, null, signal, 'failed')).logs;
  }

  /** Streams the log from its start; resolves when the cluster ends it or the connection breaks. */
  tail(id: string, onText: (text: string) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const url = `${this.address.replace(/^http/, 'ws')}${jobPath(id)}/logs/tail`;
    const socket = new WebSocket(url, { headers: this.#headers, dispatcher: this.#dispatcher });
    return new Promise((resolve) => {
      const close = (): void => socket.close();
      const ended = (): void => {
        signal.removeEventListener('abort', close);
        resolve();
      };
      signal.addEventListener('abort', close, { once: true });
      socket.addEventListener('message', ({ data }) => onText(String(data)));
      // An error is followed by a close.
      socket.addEventListener('error', () => {});
      socket.addEventListener('close', ended, { once: true });
    });
  }

  async dispose(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #text(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body: string | Uint8Array | null,
    signal: AbortSignal,
    problem: AnswerProblem,
    patienceMs = ANSWER_MS,
  ): Promise<string> {
    return this.#good(await this.#ask(method, path, body, signal, patienceMs), problem);
  }

  #good({ status, text }: Answer, problem: AnswerProblem): string {
    if (status === 200) return text;
    if (status === 401 || status === 403)
      throw new ClusterError(
        'refused',
        `The cluster at ${this.address} refuses access (${status}). Set RAY_AUTH_TOKEN to its token.`,
      );
    if (status >= 300 && status < 400)
      throw new ClusterError(
        'bad-address',
        `${this.address} redirects to another address. Nothing is sent there: give that address itself if it is the right one.`,
      );
    if (GATEWAY.has(status))
      throw new ClusterError(
        'no-answer',
        `${this.address} answers with status ${status}: what stands before the cluster got no answer from it. Check that the cluster is running.`,
      );
    const last = withoutControls(text.trim().split('\n').at(-1)?.slice(0, 300) ?? '');
    // Asked about a job, a head node that fails within, under load or while it restarts, has not said what became of it.
    const isSilent = problem === 'failed' && status >= 500;
    throw new ClusterError(
      isSilent ? 'no-answer' : problem,
      problem === 'not-ray'
        ? `${this.address} is not a Ray dashboard with the Jobs API: it answers with status ${status}. Give the address of the dashboard, usually on port 8265.`
        : `The cluster at ${this.address} answers with status ${status}: ${last}`,
    );
  }

  async #ask(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body: string | Uint8Array | null,
    signal: AbortSignal,
    patienceMs: number,
    headers = this.#headers,
  ): Promise<Answer> {
    try {
      const answer = await request(`${this.address}${path}`, {
        method,
        headers: { ...headers, ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}) },
        body,
        dispatcher: this.#dispatcher,
        signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      });
      const most = path.endsWith('/logs') ? MOST_LOG_BYTES : MOST_ANSWER_BYTES;
      return { status: answer.statusCode, text: await boundedText(answer.body, most, () => this.#tooLarge(most)) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ClusterError) throw error;
      throw new ClusterError(
        'no-answer',
        `No cluster answers at ${this.address} (${networkReason(error)}). Check the address, and that this machine can reach it.`,
        { cause: error },
      );
    }
  }

  #tooLarge(most: number): ClusterError {
    return new ClusterError(
      'too-large',
      `${this.address} answers with more than ${Math.floor(most / 1e6)} MB, which is not read.`,
    );
  }

  #read<T>(schema: z.ZodType<T>, text: string): T {
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      throw new ClusterError(
        'not-ray',
        `${this.address} answers, but not as Ray's Jobs API does. Give the address of a Ray dashboard, usually on port 8265.`,
        { cause: error },
      );
    }
  }
}

function jobPath(id: string): string {
  return `/api/jobs/${encodeURIComponent(id)}`;
}
