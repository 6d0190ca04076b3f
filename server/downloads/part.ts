/** A file downloaded under a temporary name until it is complete: broken connections resume where they ended. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileProblem } from '../storage/fileErrors.ts';

export interface PartOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** How often the rest is requested again without any new byte arriving, and the delay before the first retry. */
  readonly retries?: number;
  readonly retryDelayMs?: number;
}

/** What the server sends of a file: its bytes from `at` on. */
export interface Rest {
  /** Offset of the first byte: the one requested, or 0 if the server does not support ranges. */
  readonly at: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const PROGRESS_EVERY_MS = 250;

/**
 * Fills `part` until it has `totalBytes`, with growing delays while no bytes arrive. `ask` opens the connection for the rest. An answer
 * that ends early counts as a broken connection; a sign-in page in between always gives one.
 */
export async function fillPart(
  part: string,
  totalBytes: number,
  ask: (from: number) => Promise<Rest>,
  options: PartOptions,
): Promise<void> {
  const { retries = 5, retryDelayMs = 1000, signal } = options;
  for (let failures = 0; ; ) {
    const before = await sizeOf(part);
    if (before === totalBytes) return;
    // A part longer than the file belongs to another file.
    const from = before > totalBytes ? 0 : before;
    let again = false;
    let cause: unknown;
    try {
      const rest = await ask(from);
      again = rest.at < from;
      await append(part, totalBytes, rest, options);
    } catch (error) {
      if (signal?.aborted || isFinal(error)) throw error;
      cause = error;
    }
    const after = await sizeOf(part);
    if (after === totalBytes) return;
    // Bytes received again are no progress.
    failures = after > from && !again ? 0 : failures + 1;
    if (failures > retries)
      throw cause ?? new Error('the server stops before the file is complete: is a sign-in page in between?');
    await sleep(retryDelayMs * 2 ** failures, undefined, signal ? { signal } : {});
  }
}

async function append(part: string, totalBytes: number, rest: Rest, { onProgress }: PartOptions): Promise<void> {
  const handle = await open(part, rest.at === 0 ? 'w' : 'r+');
  try {
    let at = rest.at;
    let reportedAtMs = 0;
    for await (const chunk of rest.bytes) {
      await handle.write(chunk, 0, chunk.byteLength, at);
      at += chunk.byteLength;
      if (at > totalBytes) throw new FinalError('the server sent more bytes than it stated');
      if (Date.now() - reportedAtMs >= PROGRESS_EVERY_MS || at === totalBytes) {
        reportedAtMs = Date.now();
        onProgress?.(at, totalBytes);
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** An error that retrying cannot fix; `statusCode`: the server's answer, if that is the error. */
export class FinalError extends Error {
  readonly statusCode: number | undefined;
  constructor(message: string, statusCode?: number) {
    super(message);
    this.statusCode = statusCode;
  }
}

function isFinal(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== null) return status >= 400 && status < 500 && status !== 408 && status !== 429;
  // A failed connection has the system's code in its cause: a code here concerns the part.
  return error instanceof FinalError || fileProblem(error) !== null;
}

/** HTTP status of a failed request, even as reported by the hub's library. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}

/** 0 for a missing file. */
export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (info) => info.size,
    () => 0,
  );
}

/** Of gigabytes it takes a while: rejects when `signal` aborts. */
export async function digestOf(
  path: string,
  algorithm: 'sha256' | 'sha512',
  encoding: 'hex' | 'base64',
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash(algorithm);
  const bytes = createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) });
  for await (const chunk of bytes) hash.update(chunk as Buffer);
  signal?.throwIfAborted();
  return hash.digest(encoding);
}
