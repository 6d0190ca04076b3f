/** The rest of a file from a web server, and whether what it sends can be of that file at all. */
import { FinalError, type Rest } from './part.ts';
import type { Fetch } from './proxiedFetch.ts';

/**
 * @throws {FinalError} for an answer that is no part of a file of `totalBytes`: a page that something in between sends in its place
 * would be kept, and spoil the next try.
 */
export async function restOf(
  url: string,
  from: number,
  totalBytes: number,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<Rest> {
  const headers = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
  const { body, status } = response;
  if (!response.ok || body === null) {
    await body?.cancel();
    throw new FinalError(`the server answered ${status}`, status);
  }
  // A server, or a proxy on the way, that knows no ranges sends all of it.
  const at = status === 206 ? from : 0;
  const problem = notOfFile(response.headers, at, totalBytes);
  if (problem === null) return { at, bytes: body };
  await body.cancel();
  throw new FinalError(`the server sends ${problem}: is a sign-in page in between?`);
}

function notOfFile(headers: Headers, at: number, totalBytes: number): string | null {
  if (/^text\/html\b/i.test(headers.get('content-type') ?? '')) return 'a web page in place of the file';
  const stated = headers.get('content-length');
  if (stated === null || headers.has('content-encoding') || at + Number(stated) === totalBytes) return null;
  return `${at + Number(stated)} bytes instead of ${totalBytes}`;
}
