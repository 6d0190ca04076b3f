/** Contents of a repository's objects. Only local ones: nothing is fetched for a partial clone. */
import { askGit, type GitAnswer } from './run.ts';

/** Contents of blobs by id; missing and damaged ones are omitted. */
export function readBlobs(root: string, ids: readonly string[], signal?: AbortSignal): Promise<Map<string, Buffer>> {
  return readObjects(root, 'blob', ids, signal);
}

/**
 * Contents of objects of one type by id; others, missing and damaged ones are omitted.
 * @throws {GitError} `unanswered` if they exceed `mostBytes`.
 */
export async function readObjects(
  root: string,
  wanted: 'blob' | 'tree',
  ids: readonly string[],
  signal?: AbortSignal,
  mostBytes?: number,
): Promise<Map<string, Buffer>> {
  const objects = new Map<string, Buffer>();
  let left = [...new Set(ids)];
  for (let tries = 0; left.length > 0 && tries <= MOST_DAMAGED; tries++) {
    const { ok, output } = await batch(root, '--batch', left, signal, mostBytes);
    const answered = readAnswers(output, wanted, objects);
    if (ok) return objects;
    // git exits at a damaged object: continue with the others.
    left = left.slice(answered + 1);
  }
  return objects;
}

/** A repository with more damaged objects is beyond help. */
const MOST_DAMAGED = 50;

/** Number of objects that git answered completely. */
function readAnswers(output: Buffer, wanted: string, objects: Map<string, Buffer>): number {
  let answered = 0;
  for (let at = 0; at < output.length; answered++) {
    // <id> <type> <size>\n<content>\n, or `<id> missing\n`
    const newLine = output.indexOf(10, at);
    if (newLine === -1) break;
    const [id = '', type, length] = output.toString('utf8', at, newLine).split(' ');
    at = newLine + 1;
    if (type === undefined || type === 'missing' || !/^\d+$/.test(length ?? '')) continue;
    const end = at + Number(length);
    if (end >= output.length) break;
    if (type === wanted) objects.set(id, output.subarray(at, end));
    at = end + 1;
  }
  return answered;
}

export interface ObjectInfo {
  readonly id: string;
  readonly type: string;
  readonly bytes: number;
}

/** Type and size of objects, without reading them, in the order of their names (ids, or `<commit>:<path>` etc.); null for missing ones. */
export async function lookUp(
  root: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<(ObjectInfo | null)[]> {
  const { output } = await batch(root, '--batch-check', names, signal);
  const lines = output.toString('utf8').split('\n');
  return names.map((_, i) => {
    const [, id, type, length] = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(lines[i] ?? '') ?? [];
    return id === undefined || type === undefined ? null : { id, type, bytes: Number(length) };
  });
}

/** Sizes of blobs by id, without reading them; missing ones are omitted. */
export async function blobSizes(
  root: string,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const found = await lookUp(root, ids, signal);
  return new Map(found.flatMap((info) => (info?.type === 'blob' ? [[info.id, info.bytes] as const] : [])));
}

/** A file of a commit; null if there is none, or it exceeds `mostBytes`. */
export async function readFileAt(
  root: string,
  commit: string,
  path: string,
  mostBytes: number,
  signal?: AbortSignal,
): Promise<Buffer | null> {
  const [[id, bytes] = ['', 0]] = await blobSizes(root, [`${commit}:${path}`], signal);
  if (id === '' || bytes > mostBytes) return null;
  return (await readBlobs(root, [id], signal)).get(id) ?? null;
}

async function batch(
  root: string,
  option: '--batch' | '--batch-check',
  names: readonly string[],
  signal: AbortSignal | undefined,
  mostBytes?: number,
): Promise<Pick<GitAnswer, 'ok' | 'output'>> {
  if (names.length === 0) return { ok: true, output: Buffer.alloc(0) };
  return await askGit(root, ['cat-file', option], {
    input: `${names.join('\n')}\n`,
    ...(signal ? { signal } : {}),
    ...(mostBytes === undefined ? {} : { mostBytes }),
  });
}
