/** Contents of a repository's objects. Only what is here: nothing is fetched for a partial clone. */
import { askGit, type GitAnswer } from './run.ts';

/** Contents of blobs by their ids; those that are not here, or are damaged, are left out. */
export function readBlobs(root: string, ids: readonly string[], signal?: AbortSignal): Promise<Map<string, Buffer>> {
  return readObjects(root, 'blob', ids, signal);
}

/**
 * Contents of objects of one type by their ids; others, those that are not here and those that are damaged are left out.
 * @throws {GitError} `unanswered` where they have more than `mostBytes`.
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
    // git ends at one that is damaged: the others are still wanted.
    left = left.slice(answered + 1);
  }
  return objects;
}

/** A repository with more of them is lost. */
const MOST_DAMAGED = 50;

/** How many objects git said all of. */
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

/** What objects are, without reading them, in the order of their names (ids, or `<commit>:<path>` and the like); null for those not here. */
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
): Promise<Pick<GitAnswer, 'ok' | 'output'>> {
  if (names.length === 0) return { ok: true, output: Buffer.alloc(0) };
  return await askGit(root, ['cat-file', option], {
    input: `${names.join('\n')}\n`,
    ...(signal ? { signal } : {}),
    ...(mostBytes === undefined ? {} : { mostBytes }),
  });
}
