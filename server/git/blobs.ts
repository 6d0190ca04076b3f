/** Contents of a repository's objects. Only what is here: nothing is fetched for a partial clone. */
import { runGit } from './git.ts';

/** Contents of blobs by their ids; those that are not here are left out. */
export function readBlobs(root: string, ids: readonly string[], signal?: AbortSignal): Promise<Map<string, Buffer>> {
  return readObjects(root, 'blob', ids, signal);
}

/**
 * Contents of objects of one type by their ids; others, and those that are not here, are left out.
 * @throws {GitError} `unanswered` where they have more than `mostBytes`.
 */
export async function readObjects(
  root: string,
  wanted: 'blob' | 'tree',
  ids: readonly string[],
  signal?: AbortSignal,
  mostBytes?: number,
): Promise<Map<string, Buffer>> {
  const output = await batch(root, '--batch', ids, signal, mostBytes);
  const objects = new Map<string, Buffer>();
  for (let at = 0; at < output.length; ) {
    // <id> <type> <size>\n<content>\n, or `<id> missing\n`
    const newLine = output.indexOf(10, at);
    const [id = '', type, length] = output.toString('utf8', at, newLine).split(' ');
    at = newLine + 1;
    if (type === undefined || type === 'missing' || !/^\d+$/.test(length ?? '')) continue;
    if (type === wanted) objects.set(id, output.subarray(at, at + Number(length)));
    at += Number(length) + 1;
  }
  return objects;
}

export interface ObjectInfo {
  readonly id: string;
  readonly type: string;
  readonly bytes: number;
}

/** What objects are, without reading them, in the order of their names (ids, or `<commit>:<path>` and the like); null for those not here. */
export async function lookUp(
  root: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<(ObjectInfo | null)[]> {
  const lines = (await batch(root, '--batch-check', names, signal)).toString('utf8').split('\n');
  return names.map((_, i) => {
    const [, id, type, length] = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(lines[i] ?? '') ?? [];
    return id === undefined || type === undefined ? null : { id, type, bytes: Number(length) };
  });
}

/** Bytes of blobs by their ids, without reading them; those that are not here are left out. */
export async function blobSizes(
  root: string,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const found = await lookUp(root, ids, signal);
  return new Map(found.flatMap((info) => (info?.type === 'blob' ? [[info.id, info.bytes] as const] : [])));
}

/** A file of a commit; null when there is none, or it has more than `mostBytes`. */
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
): Promise<Buffer> {
  if (names.length === 0) return Buffer.alloc(0);
  const output = await runGit(root, ['cat-file', option], {
    input: `${names.join('\n')}\n`,
    ...(signal ? { signal } : {}),
    ...(mostBytes === undefined ? {} : { mostBytes }),
  });
  return output ?? Buffer.alloc(0);
}
