import { runGit } from '../git/git.ts';
import type { StoredAdapter } from './store.ts';

/** The version and its ancestors in training, newest first; a parent that is gone ends the line with its id. */
export function lineageOf(adapters: readonly StoredAdapter[], id: string): (StoredAdapter | string)[] {
  const byId = new Map(adapters.map((adapter) => [adapter.id, adapter]));
  const line: (StoredAdapter | string)[] = [];
  const seen = new Set<string>();
  for (let next: string | null = id; next !== null && !seen.has(next); ) {
    seen.add(next);
    const adapter: StoredAdapter | undefined = byId.get(next);
    line.push(adapter ?? next);
    next = adapter?.manifest.parent ?? null;
  }
  return line;
}

/** Commits made since the version was tuned; null if unknown. */
export async function commitsSince(folder: string, commit: string): Promise<number | null> {
  if (commit === '') return null;
  const output = await runGit(folder, ['rev-list', '--count'], { revisions: [`${commit}..HEAD`] });
  return output === null ? null : Number(output.toString('utf8'));
}
