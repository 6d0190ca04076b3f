/**
 * Cross-file context of completions: one retrieval index per workspace folder, built in the background, updated by edits in the window, and
 * rebuilt once git has replaced files, or other files are left out.
 */
import { setTimeout } from 'node:timers/promises';
import { type ContextQuery, contextFor, type IndexEntry, type RetrievalIndex, similarCode } from './index.ts';

export interface CrossFileDependencies {
  buildIndex(folder: string, signal: AbortSignal): Promise<FolderIndex>;
  /** A document's index entry, by the rules of mining; null if it is excluded. `path` is relative to the folder. */
  documentEntry(folder: string, path: string, text: string): Promise<IndexEntry | null>;
  /** A file's current content on disk; '' if it is gone. */
  savedText(folder: string, path: string): Promise<string>;
  /** `languageId`: the editor's. */
  languageOf(path: string, languageId?: string): string | null;
  /** When git last replaced files in the folder, by the system's clock; 0 if unknown. */
  movedMs(folder: string): Promise<number>;
  /** Another text whenever what the folder's user leaves out may have changed. */
  rulesState(folder: string): Promise<string>;
  onError(error: unknown): void;
  /** Delay from the first request, or from git's action, to the building of the folder's index. */
  readonly startAfterMs?: number;
  /** Interval between checks for git's actions. */
  readonly lookEveryMs?: number;
}

export interface FolderIndex {
  /** Its paths are relative to the repository's root. */
  readonly index: RetrievalIndex;
  /** Path of the folder from there, '' for the root itself. */
  readonly within: string;
}

export interface CursorPlace {
  readonly folder: string;
  /** Relative to the folder, '/' separated; '' for a document without a file. */
  readonly path: string;
  /** The editor's, for where the path does not tell. */
  readonly languageId: string;
  readonly prefix: string;
  readonly suffix: string;
}

interface Recent {
  readonly path: string;
  readonly text: string;
  readonly line: number;
  /** When the document was left. */
  readonly atMs: number;
}

const MOST_RECENT = 5;
/** Reading a repository would compete with the first suggestion, which is requested at the same moment. */
const START_AFTER_MS = 2000;
/** A check reads the end of a file. */
const LOOK_EVERY_MS = 3000;

interface FolderContext {
  readonly abort: AbortController;
  index: FolderIndex | null;
  recent: Recent[];
  building: boolean;
  /** As when the index was last started; null if that could not be told. */
  rules: string | null;
  /** Time of git's last action when the index was last started. */
  movedMs: number;
  lookedAtMs: number;
}

export class CrossFileContext {
  readonly #dependencies: CrossFileDependencies;
  readonly #folders = new Map<string, FolderContext>();

  constructor(dependencies: CrossFileDependencies) {
    this.#dependencies = dependencies;
  }

  /** '' until the index is built: a completion never waits for it. */
  context(place: CursorPlace, maxChars: number): string {
    return this.#ask(contextFor, place, maxChars);
  }

  /** Code in other files that speculation searches for repetition; '' until the index is built. */
  similar(place: CursorPlace, maxChars: number): string {
    return this.#ask(similarCode, place, maxChars);
  }

  #ask(
    question: (query: ContextQuery, index: RetrievalIndex, maxChars: number) => string,
    { folder, path, languageId, prefix, suffix }: CursorPlace,
    maxChars: number,
  ): string {
    const language = this.#dependencies.languageOf(path, languageId);
    const { index, recent } = this.#of(folder);
    if (index === null || language === null || maxChars <= 0) return '';
    const others = recent
      .filter((place) => place.path !== path)
      .map((place) => ({ ...place, path: inRepository(index, place.path) }));
    const query = { path: inRepository(index, path), language, prefix, suffix, recent: others };
    return question(query, index.index, maxChars);
  }

  /** A document was left: updates what others see of it. */
  async update(folder: string, path: string, text: string, line: number): Promise<void> {
    const context = this.#of(folder);
    context.recent = [
      { path, text, line, atMs: Date.now() },
      ...context.recent.filter((place) => place.path !== path),
    ].slice(0, MOST_RECENT);
    await this.#take(folder, context, path, text);
  }

  /** A document was closed: others see its file, as it may not have been saved, or may be gone. */
  async closed(folder: string, path: string): Promise<void> {
    const { languageOf, savedText } = this.#dependencies;
    if (languageOf(path) === null) return;
    const context = this.#of(folder);
    const leftLast = (): Recent | undefined => context.recent.find((place) => place.path === path);
    const left = leftLast();
    const text = await savedText(folder, path);
    // It may have been reopened and left again meanwhile, or its folder removed.
    if (this.#folders.get(folder) === context && leftLast() === left) await this.update(folder, path, text, 0);
  }

  /** Indexes a document as it was left. While the index is being built, there is nothing to add to: see `#build`. */
  async #take(folder: string, context: FolderContext, path: string, text: string): Promise<void> {
    const { index } = context;
    if (index === null) return;
    try {
      const entry = await this.#dependencies.documentEntry(folder, path, text);
      // Left again meanwhile, with another text.
      if (context.recent.some((one) => one.path === path && one.text !== text)) return;
      if (entry === null) index.index.delete(inRepository(index, path));
      else index.index.set(entry);
    } catch (error) {
      this.#dependencies.onError(error);
    }
  }

  /** Releases all other folders, whose indexes take most of this process's memory, and stops reading them. */
  keepOnly(folders: readonly string[]): void {
    for (const [folder, { abort }] of this.#folders) {
      if (folders.includes(folder)) continue;
      abort.abort();
      this.#folders.delete(folder);
    }
  }

  dispose(): void {
    this.keepOnly([]);
  }

  #of(folder: string): FolderContext {
    const known = this.#folders.get(folder);
    if (known !== undefined) {
      void this.#lookAgain(folder, known);
      return known;
    }
    const context: FolderContext = {
      abort: new AbortController(),
      index: null,
      recent: [],
      building: false,
      rules: null,
      movedMs: 0,
      lookedAtMs: performance.now(),
    };
    this.#folders.set(folder, context);
    void this.#build(folder, context);
    return context;
  }

  /** The previous index answers until the new one is built, unless it shows what is left out now. */
  async #lookAgain(folder: string, context: FolderContext): Promise<void> {
    const nowMs = performance.now();
    if (context.building || nowMs - context.lookedAtMs < (this.#dependencies.lookEveryMs ?? LOOK_EVERY_MS)) return;
    context.lookedAtMs = nowMs;
    const [movedMs, rules] = await Promise.all([
      this.#dependencies.movedMs(folder).catch(() => 0),
      this.#dependencies.rulesState(folder).catch(() => null),
    ]);
    const isRuledAnew = rules !== null && context.rules !== null && rules !== context.rules;
    if (!(isRuledAnew || movedMs > context.movedMs) || context.building || context.abort.signal.aborted) return;
    if (isRuledAnew) {
      context.index = null;
      // What was left earlier may be left out now.
      context.recent = [];
    }
    // Documents left earlier may belong to another branch.
    context.recent = context.recent.filter(({ atMs }) => atMs > movedMs);
    await this.#build(folder, context);
  }

  async #build(folder: string, context: FolderContext): Promise<void> {
    const { signal } = context.abort;
    context.building = true;
    // Before reading starts: the next check sees what git does meanwhile.
    const moved = this.#dependencies.movedMs(folder).catch(() => 0);
    const rules = this.#dependencies.rulesState(folder).catch(() => null);
    try {
      const afterMs = this.#dependencies.startAfterMs ?? START_AFTER_MS;
      if (afterMs > 0) await setTimeout(afterMs, undefined, { signal, ref: false });
      context.index = await this.#dependencies.buildIndex(folder, signal);
      // Documents left during building may be unsaved, or saved after they were read.
      for (const { path, text } of context.recent) await this.#take(folder, context, path, text);
    } catch (error) {
      if (!signal.aborted) this.#dependencies.onError(error);
    } finally {
      context.movedMs = await moved;
      context.rules = await rules;
      context.building = false;
    }
  }
}

function inRepository({ within }: FolderIndex, path: string): string {
  return within === '' ? path : `${within}/${path}`;
}
