/**
 * Cross-file context of completions: one retrieval index per workspace folder, built in the background, updated by edits in the window, and
 * rebuilt once git has replaced files, or other files are left out. Nothing is quoted of a file that has changed since it was read, or is
 * kept out by now.
 */
import { setTimeout } from 'node:timers/promises';
import { type ContextQuery, contextFor, type IndexEntry, type RetrievalIndex, similarCode } from './index.ts';
import { NotedIndex, type SearchedIndex } from './notedIndex.ts';
import { ReadFiles } from './readFiles.ts';

export interface CrossFileDependencies {
  buildIndex(folder: string, signal: AbortSignal): Promise<FolderIndex>;
  /** A document's index entry, by the rules of mining; null if it is excluded. `path` is relative to the folder. */
  documentEntry(folder: string, path: string, text: string): Promise<IndexEntry | null>;
  /** A file's current content on disk; '' if it is gone. */
  savedText(folder: string, path: string): Promise<string>;
  /** When a file was last changed, by the system's clock; null if it is gone. */
  changedMs(folder: string, path: string): Promise<number | null>;
  /** `languageId`: the editor's. */
  languageOf(path: string, languageId?: string): string | null;
  /** When git last replaced files in the folder, by the system's clock; 0 if unknown. */
  movedMs(folder: string): Promise<number>;
  /** Another text whenever what the folder's user leaves out may have changed. */
  rulesState(folder: string): Promise<string>;
  /** When git's rules in the folders on the way to `paths`, relative to the folder, were last written, by the system's clock; 0 without any. */
  rulesWrittenMs(folder: string, paths: readonly string[]): number;
  /** Of `paths`, relative to the folder, those kept out by now, also by lists further down, of which {@link rulesState} does not tell. */
  keptOut(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>>;
  onError(error: unknown): void;
  /** Delay from the first request, or from git's action, to the building of the folder's index. */
  readonly startAfterMs?: number;
  /** Interval between checks for git's actions. */
  readonly lookEveryMs?: number;
  /** How long after a failure the index is built once more, at the earliest. */
  readonly retryAfterMs?: number;
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
/** What failed took up to a minute, and may fail again: for want of memory, or as the folder has no sources yet. */
const RETRY_AFTER_MS = 120_000;
/** Each time without the files that have changed. */
const MOST_TRIES = 3;

interface FolderContext {
  readonly abort: AbortController;
  index: FolderIndex | null;
  recent: Recent[];
  building: boolean;
  /** Other files are left out than when building began. */
  outdated: boolean;
  /** About the files of the index. */
  read: ReadFiles;
  /** The last look for what git did, and what is left out. */
  looking: Promise<void>;
  /** As when the index was last started; null if that could not be told. */
  rules: string | null;
  /** When rules further down were last seen to be written. */
  rulesWrittenMs: number;
  /** Time of git's last action when the index was last started. */
  movedMs: number;
  lookedAtMs: number;
  /** When building failed last; null if it has not since. */
  failedAtMs: number | null;
}

export class CrossFileContext {
  readonly #dependencies: CrossFileDependencies;
  readonly #folders = new Map<string, FolderContext>();

  constructor(dependencies: CrossFileDependencies) {
    this.#dependencies = dependencies;
  }

  /** '' until the index is built: a completion never waits for it. */
  context(place: CursorPlace, maxChars: number): Promise<string> {
    return this.#ask(contextFor, place, maxChars);
  }

  /** Code in other files that speculation searches for repetition; '' until the index is built. */
  similar(place: CursorPlace, maxChars: number): Promise<string> {
    return this.#ask(similarCode, place, maxChars);
  }

  async #ask(
    question: (query: ContextQuery, index: SearchedIndex, maxChars: number) => string,
    { folder, path, languageId, prefix, suffix }: CursorPlace,
    maxChars: number,
  ): Promise<string> {
    const language = this.#dependencies.languageOf(path, languageId);
    const context = this.#of(folder);
    await context.looking;
    const { index, recent, read } = context;
    if (index === null || language === null || maxChars <= 0) return '';
    const others = recent
      .filter((place) => place.path !== path)
      .map((place) => ({ ...place, path: inRepository(index, place.path) }));
    const query = { path: inRepository(index, path), language, prefix, suffix, recent: others };
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const noted = new NotedIndex(index.index);
      const answer = question(query, noted, maxChars);
      const quoted = noted.paths.flatMap((one) => inFolder(index, one) ?? []);
      const writtenMs = this.#dependencies.rulesWrittenMs(folder, quoted);
      if (writtenMs > Math.max(read.builtMs, context.rulesWrittenMs)) {
        context.rulesWrittenMs = writtenMs;
        this.#ruledAnew(context);
        if (!context.building) void this.#build(folder, context);
        return '';
      }
      const [changed, out] = await Promise.all([read.changedAmong(quoted), this.#dependencies.keptOut(folder, quoted)]);
      if (changed.length === 0 && out.size === 0) return answer;
      for (const one of out) index.index.delete(inRepository(index, one));
      for (const one of changed) {
        index.index.delete(inRepository(index, one.path));
        void this.#readAgain(folder, context, one);
      }
    }
    return '';
  }

  /** Another program has changed it. */
  async #readAgain(
    folder: string,
    context: FolderContext,
    { path, changedMs }: { readonly path: string; readonly changedMs: number | null },
  ): Promise<void> {
    context.read.read(path, changedMs);
    const text = await this.#dependencies.savedText(folder, path);
    await this.#takeAnew(folder, context, path, text);
  }

  /** Whatever text it was left with. */
  #takeAnew(folder: string, context: FolderContext, path: string, text: string): Promise<void> {
    context.recent = context.recent.map((one) => (one.path === path ? { ...one, text } : one));
    return this.#take(folder, context, path, text);
  }

  /** A document was opened: others see it from now on if they have not so far, since it is new, or was renamed. */
  async opened(folder: string, path: string, text: string): Promise<void> {
    const context = this.#folders.get(folder);
    if (context?.index == null || this.#dependencies.languageOf(path) === null) return;
    if (!context.index.index.has(inRepository(context.index, path))) await this.#takeAnew(folder, context, path, text);
  }

  /** A document was left: updates what others see of it. */
  async update(folder: string, path: string, text: string, line: number): Promise<void> {
    const context = this.#of(folder);
    context.read.edited(path);
    context.recent = [
      { path, text, line, atMs: Date.now() },
      ...context.recent.filter((place) => place.path !== path),
    ].slice(0, MOST_RECENT);
    await this.#take(folder, context, path, text);
  }

  /** A document was closed: others see its file, as it may not have been saved, or may be gone. */
  async closed(folder: string, path: string): Promise<void> {
    const { languageOf, savedText, changedMs } = this.#dependencies;
    if (languageOf(path) === null) return;
    const context = this.#of(folder);
    const leftLast = (): Recent | undefined => context.recent.find((place) => place.path === path);
    const left = leftLast();
    const changed = await changedMs(folder, path);
    const text = await savedText(folder, path);
    // It may have been reopened and left again meanwhile, or its folder removed.
    if (this.#folders.get(folder) !== context || leftLast() !== left) return;
    const updated = this.update(folder, path, text, 0);
    context.read.read(path, changed);
    await updated;
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
      this.#lookAgain(folder, known);
      return known;
    }
    const context: FolderContext = {
      abort: new AbortController(),
      index: null,
      recent: [],
      building: false,
      outdated: false,
      read: this.#readFiles(folder),
      looking: Promise.resolve(),
      rules: null,
      rulesWrittenMs: 0,
      movedMs: 0,
      lookedAtMs: performance.now(),
      failedAtMs: null,
    };
    this.#folders.set(folder, context);
    void this.#build(folder, context);
    return context;
  }

  #readFiles(folder: string): ReadFiles {
    const { changedMs, lookEveryMs = LOOK_EVERY_MS } = this.#dependencies;
    return new ReadFiles({ changedMs: (path) => changedMs(folder, path), lookEveryMs });
  }

  #lookAgain(folder: string, context: FolderContext): void {
    const nowMs = performance.now();
    if (nowMs - context.lookedAtMs < (this.#dependencies.lookEveryMs ?? LOOK_EVERY_MS)) return;
    context.lookedAtMs = nowMs;
    context.looking = this.#look(folder, context);
  }

  /** The previous index answers until the new one is built, unless it shows what is left out now. */
  async #look(folder: string, context: FolderContext): Promise<void> {
    const [movedMs, rules] = await Promise.all([
      this.#dependencies.movedMs(folder).catch(() => 0),
      this.#dependencies.rulesState(folder).catch(() => null),
    ]);
    const isRuledAnew = rules !== null && context.rules !== null && rules !== context.rules;
    if (isRuledAnew) {
      context.rules = rules;
      this.#ruledAnew(context);
    }
    const isDue = isRuledAnew || movedMs > context.movedMs || this.#mayRetry(context);
    if (!isDue || context.building || context.abort.signal.aborted) return;
    // Documents left earlier may belong to another branch.
    context.recent = context.recent.filter(({ atMs }) => atMs > movedMs);
    void this.#build(folder, context);
  }

  #ruledAnew(context: FolderContext): void {
    context.outdated = context.building;
    context.index = null;
    // What was left earlier may be left out now.
    context.recent = [];
  }

  #mayRetry({ failedAtMs }: FolderContext): boolean {
    const { retryAfterMs = RETRY_AFTER_MS } = this.#dependencies;
    return failedAtMs !== null && performance.now() - failedAtMs >= retryAfterMs;
  }

  async #build(folder: string, context: FolderContext): Promise<void> {
    const { startAfterMs = START_AFTER_MS, movedMs, rulesState, buildIndex, onError } = this.#dependencies;
    const { signal } = context.abort;
    context.building = true;
    context.failedAtMs = null;
    try {
      do {
        context.outdated = false;
        // Before reading starts: the next look sees what happens meanwhile.
        const asBegun = Promise.all([movedMs(folder).catch(() => 0), rulesState(folder).catch(() => null)]);
        void asBegun.then(([moved, rules]) => Object.assign(context, { movedMs: moved, rules }));
        if (startAfterMs > 0) await setTimeout(startAfterMs, undefined, { signal, ref: false });
        const read = this.#readFiles(folder);
        const index = await buildIndex(folder, signal);
        await asBegun;
        if (context.outdated) continue;
        context.read = read;
        context.index = index;
        // Documents left during building may be unsaved, or saved after they were read.
        for (const { path, text } of context.recent) {
          read.edited(path);
          await this.#take(folder, context, path, text);
        }
      } while (context.outdated);
    } catch (error) {
      context.failedAtMs = performance.now();
      if (!signal.aborted) onError(error);
    } finally {
      context.building = false;
    }
  }
}

function inRepository({ within }: FolderIndex, path: string): string {
  return within === '' ? path : `${within}/${path}`;
}

/** null for a file outside the folder. */
function inFolder({ within }: FolderIndex, path: string): string | null {
  if (within === '') return path;
  return path.startsWith(`${within}/`) ? path.slice(within.length + 1) : null;
}
