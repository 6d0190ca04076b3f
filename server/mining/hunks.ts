/** Which lines commits replaced, from git's patches; none of their text is kept. */
import { streamGit } from '../git/run.ts';

export interface Hunk {
  /** First removed line (or, with none removed, the line after which lines were added), from 1. */
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

/** The empty tree, by the length of a repository's ids. git knows both without storing them. */
const EMPTY_TREES: Readonly<Record<number, string>> = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

interface Hunks {
  /** By `<commit> <old blob>..<new blob>`. */
  readonly hunks: ReadonlyMap<string, readonly Hunk[]>;
  /** git's message if it could not read everything. */
  readonly problem: string | null;
}

/** Hunks of changes to `paths`. git stops at a damaged text: the commits before and after that one are returned all the same. */
export async function hunksAround(
  root: string,
  commits: readonly string[],
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Hunks> {
  const all = await hunksIn(root, commits, paths, signal);
  if (all.problem === null || commits.length === 1) return all;
  const half = commits.length >> 1;
  const first = await hunksAround(root, commits.slice(0, half), paths, signal);
  const second = await hunksAround(root, commits.slice(half), paths, signal);
  return { hunks: new Map([...first.hunks, ...second.hunks]), problem: all.problem };
}

async function hunksIn(
  root: string,
  commits: readonly string[],
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Hunks> {
  const hunks = new Map<string, Hunk[]>();
  let commit = '';
  let current: Hunk[] = [];
  // Lines of text begin with a sign, so the first letter shows which lines are not.
  const onLine = (line: Buffer): void => {
    switch (line[0]) {
      case 0x40: {
        const hunk = hunkOf(line.toString('latin1', 0, 80));
        if (hunk !== null) current.push(hunk);
        return;
      }
      case 0x69: {
        // index <old>..<new> <mode>
        const [, blobs] = /^index ([0-9a-f]+\.\.[0-9a-f]+)/.exec(line.toString('latin1', 0, 160)) ?? [];
        if (blobs === undefined) return;
        current = [];
        hunks.set(`${commit} ${blobs}`, current);
        return;
      }
      default: {
        const length = line.length;
        if (length !== 40 && length !== 64) return;
        const text = line.toString('latin1');
        if (/^[0-9a-f]+$/.test(text)) commit = text;
      }
    }
  };
  const attributesFrom = EMPTY_TREES[commits[0]?.length ?? 0];
  const { ok, words } = await streamGit(
    root,
    ['diff-tree', '--stdin', '-r', '-p', '--unified=0', '--full-index', '--text', '--no-renames', '--diff-filter=M'],
    {
      input: `${commits.join('\n')}\n`,
      paths: paths.map((path) => `:(top,literal)${path}`),
      // The work tree's attributes say nothing about the past, and may name drivers.
      ...(attributesFrom === undefined ? {} : { attributesFrom }),
      ...(signal ? { signal } : {}),
    },
    onLine,
  );
  return { hunks, problem: ok ? null : (words.split('\n').at(-1) ?? '') };
}

/** null if the line only looks like a hunk header. */
function hunkOf(line: string): Hunk | null {
  const numbers = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
  if (!numbers) return null;
  const [oldStart = 0, oldCount = 0, newStart = 0, newCount = 0] = numbers
    .slice(1)
    .map((text) => (text === undefined ? 1 : Number(text)));
  return { oldStart, oldCount, newStart, newCount };
}
