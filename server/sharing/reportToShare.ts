/** The report that is published with a version: without passages of files that its user has forgotten, or named in a list, since. */
import { placeInRepository } from '../git/placeInRepository.ts';
import { keptOut } from '../mining/keptOut.ts';
import { readBounded } from '../storage/readBounded.ts';

/** null for one that is too long or cannot be read. */
export async function reportToShare(folder: string, path: string, mostBytes: number): Promise<string | null> {
  try {
    const text = await readBounded(path, mostBytes);
    const paths = new Set<string>();
    withExamples(text, (shown) => paths.add(shown));
    const out = await keptOut((await placeInRepository(folder)).root, [...paths]);
    return out.size === 0
      ? text
      : `${JSON.stringify(
          withExamples(text, (shown) => !out.has(shown)),
          null,
          2,
        )}\n`;
  } catch {
    return null;
  }
}

/** The report with those of its examples, also where it is of a colleague's, whose path is wanted. */
function withExamples(text: string, isWanted: (path: string) => unknown): unknown {
  return JSON.parse(text, (key, value: unknown) =>
    key === 'examples' && Array.isArray(value)
      ? value.filter((example: { path?: unknown } | null) => isWanted(String(example?.path)))
      : value,
  );
}
