/** The places in other files affected by the last change: in open documents, at errors, and in files on disk. */
import { nearestFirst } from '../common/nearestFirst.ts';
import type { LineChange } from '../edits/change.ts';
import { linesOf } from '../edits/lineEdit.ts';
import { mayUse } from '../languages/languagesLike.ts';
import { reasonFromPath } from '../mining/generated.ts';
import type { NextEditDiagnostic, NextEditJump } from '../protocol/index.ts';
import { jumpsToErrors } from './errors.ts';
import { jumpsTo, MOST_JUMPS, type OtherDocument, seenOutside } from './jumps.ts';
import { JumpsOnDisk, type JumpsOnDiskDependencies } from './jumpsOnDisk.ts';

export interface JumpListDependencies extends JumpsOnDiskDependencies {
  /** `path`: relative to the folder; '' for a document without a file. */
  place(uri: string): { readonly folder: string | null; readonly path: string };
  documentText(uri: string): string | undefined;
}

/** UTF-16 units: larger documents are not searched. */
const LONGEST_OTHER = 500_000;

export class JumpList {
  readonly #dependencies: JumpListDependencies;
  readonly #onDisk: JumpsOnDisk;
  readonly #open = new Set<string>();

  constructor(dependencies: JumpListDependencies) {
    this.#dependencies = dependencies;
    this.#onDisk = new JumpsOnDisk(dependencies);
  }

  opened(uri: string): void {
    this.#open.add(uri);
  }

  closed(uri: string): void {
    this.#open.delete(uri);
    this.#onDisk.forget();
  }

  /** In open documents of the same folder, and where there are errors. `change`: in the document `uri`. */
  open(uri: string, change: LineChange, diagnostics: readonly NextEditDiagnostic[]): NextEditJump[] {
    const { place } = this.#dependencies;
    const { folder } = place(uri);
    const isOfFolder = (other: string): boolean => place(other).folder === folder;
    const wrong = jumpsToErrors(diagnostics, change, { uri, isOfFolder });
    return withoutDoubles([
      ...jumpsTo((name) => nearestFirst(this.#others(uri, name, change.path), change.path), change),
      ...wrong,
    ]);
  }

  /** Those, plus places found in files that are not open, within the time available. */
  async withFiles(
    open: readonly NextEditJump[],
    uri: string,
    change: LineChange,
    signal: AbortSignal,
  ): Promise<NextEditJump[]> {
    const { place } = this.#dependencies;
    const { folder } = place(uri);
    if (folder === null) return [...open];
    const paths = [...this.#open].flatMap((other) => (place(other).folder === folder ? [place(other).path] : []));
    const closed = await this.#onDisk.to(folder, change, paths, signal);
    return withoutDoubles([...open, ...closed]).slice(0, MOST_JUMPS);
  }

  /**
   * Of the same folder, by the rules for files that are not open. Documents without the name are not split into lines: dozens may be open,
   * and every question asks.
   */
  #others(uri: string, name: string, changed: string): OtherDocument[] {
    const { place, documentText, isExcluded } = this.#dependencies;
    const { folder } = place(uri);
    const isWanted = (path: string): boolean =>
      path !== '' && mayUse(path, changed) && !isExcluded(folder ?? '', path) && reasonFromPath(path) === null;
    return [...this.#open].flatMap((other) => {
      const { folder: its, path } = place(other);
      const isPlace = other !== uri && its === folder && isWanted(path) && !isCell(other);
      const text = isPlace ? documentText(other) : undefined;
      const isIn = text !== undefined && text.length <= LONGEST_OTHER && text.includes(name);
      return isIn ? [{ uri: other, path, lines: linesOf(text) }] : [];
    });
  }
}

/** VS Code does not show a notebook's cell as a text of its own, and asks for no next edits in one. */
function isCell(uri: string): boolean {
  return uri.startsWith('vscode-notebook-cell:');
}

/** Following a rename through several files makes a change in each. */
const LOOKED_BACK = 12;

/**
 * Of the changes, oldest first, the one to list places for in the file `path`: the last one if it was made there, or the earlier rename
 * that it follows. null for none.
 */
export function changeToList(recent: readonly LineChange[], path: string): LineChange | null {
  const last = recent.at(-1);
  const here = last?.path === path ? last : null;
  if (here !== null && seenOutside(here) !== null) return here;
  const renamed = recent.slice(-LOOKED_BACK).findLast((change) => (seenOutside(change)?.renamedTo ?? null) !== null);
  return renamed ?? here;
}

/** At most one per line. */
function withoutDoubles(jumps: readonly NextEditJump[]): NextEditJump[] {
  const key = ({ uri, range }: NextEditJump): string => `${uri}:${range.start.line}`;
  return [...new Map(jumps.toReversed().map((jump) => [key(jump), jump])).values()].toReversed();
}
