/** Requests the rest of a file from a web server, and checks whether the answer can belong to that file at all. */
import { FinalError, type Rest } from './part.ts';
import type { Fetch } from './undiciFetch.ts';

/**
 * @throws {FinalError} for an answer that is not part of a file of `totalBytes`: a page sent by something in between would be stored, and
 * spoil the next try.
 */
export async function restOf(
  url: string,
  from: number,
  totalBytes: number,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<Rest> {
  // Ranges refer to the bytes sent: with compression, those would differ.
  const headers = { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
  const response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
  const { body, status } = response;
  if (!response.ok || body === null) {
    await body?.cancel();
    throw new FinalError(`the server answered ${status}`, status);
  }
  // A server or proxy without range support sends everything, and one that caches pieces may start with one of those.
  const [, begin = from, end = totalBytes] = RANGE.exec(response.headers.get('content-range') ?? '') ?? [];
  const at = status === 206 ? Number(begin) : 0;
  const problem =
    at > from || (status === 206 && Number(end) !== totalBytes)
      ? 'another part of a file than was asked for'
      : (notOfFile(response.headers, at, totalBytes) ?? (at < from ? notToBegin(response.headers) : null));
  if (problem === null) return { at, bytes: body };
  await body.cancel();
  throw new FinalError(`the server sends ${problem}`);
}

/** RFC 9110, 14.4; the length may be `*`, which gives no information. */
const RANGE = /^bytes (\d+)-\d+\/(?:(\d+)|\*)$/;

/** An answer that starts from the beginning discards what has arrived, so it has to look like the file. */
function notToBegin(headers: Headers): string | null {
  const isText = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)\b)/i.test(headers.get('content-type') ?? '');
  return isText && !headers.has('content-length') ? `a text instead of the file${SIGN_IN}` : null;
}

const SIGN_IN = ': is a sign-in page in between?';

function notOfFile(headers: Headers, at: number, totalBytes: number): string | null {
  if (/^text\/html\b/i.test(headers.get('content-type') ?? '')) return `a web page instead of the file${SIGN_IN}`;
  const stated = headers.get('content-length');
  if (stated === null || headers.has('content-encoding') || at + Number(stated) === totalBytes) return null;
  return `${at + Number(stated)} bytes instead of ${totalBytes}${SIGN_IN}`;
}
