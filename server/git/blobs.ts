/** Contents of a repository's objects. Only what is here: nothing is fetched for a partial clone. */
import { runGit } from './git.ts';

/** Contents of blobs by their ids; those that are not here are left out. */
export async function readBlobs(
  root: string,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Buffer>> {
  const output = await batch(root, '--batch', ids, signal);
  const blobs = new Map<string, Buffer>();
  for (let at = 0; at < output.length; ) {
    // <id> blob <size>\n<content>\n, or `<id> missing\n`
    const newLine = output.indexOf(10, at);
    const [id = '', type, length] = output.toString('utf8', at, newLine).split(' ');
    at = newLine + 1;
    if (type === undefined || type === 'missing' || !/^\d+$/.test(length ?? '')) continue;
    if (type === 'blob') blobs.set(id, output.subarray(at, at + Number(length)));
    at += Number(length) + 1;
  }
  return blobs;
}

/** Bytes of blobs by their ids, without reading them; those that are not here are left out. */
export async function blobSizes(
  root: string,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const line of (await batch(root, '--batch-check', ids, signal)).toString('utf8').split('\n')) {
    const [id = '', type, length] = line.split(' ');
    if (type === 'blob') sizes.set(id, Number(length));
  }
  return sizes;
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
): Promise<Buffer> {
  if (names.length === 0) return Buffer.alloc(0);
  const output = await runGit(root, ['cat-file', option], {
    input: `${names.join('\n')}\n`,
    ...(signal ? { signal } : {}),
  });
  return output ?? Buffer.alloc(0);
}
