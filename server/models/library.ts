/** The base models on this machine: the bundled one, downloads, and Ollama's. Repotune deletes only its own downloads. */
import { lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../common/messageOf.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { isFile } from '../storage/isFile.ts';
import { type LockAnswer, type LockHolder, takeLock } from '../storage/lock.ts';
import { removeFile } from '../storage/patient.ts';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import type { DownloadOptions, DownloadOutcome } from './download.ts';
import { type HubModel, hubModel, hubModelOf, storedName } from './hubModels.ts';
import { inspectModel, type ModelSummary } from './inspect.ts';
import { findOllamaModels, type OllamaModel } from './ollama.ts';

/** `file`: one of the user's own, elsewhere. */
type ModelOrigin = 'bundled' | 'downloaded' | 'ollama' | 'file';

export interface LocalModel {
  /** As typed on the command line: a catalogue id, `owner/name/file.gguf` on the hub, Ollama's name, or the file's name. */
  readonly id: string;
  readonly origin: ModelOrigin;
  readonly path: string;
  readonly fileBytes: number;
  /** null, with the reason in `problem`, if the file cannot be used. */
  readonly summary: ModelSummary | null;
  readonly problem: string;
}

export interface LibraryPlaces {
  /** Where downloads go, usually `<data folder>/models`. */
  readonly folder: string;
  readonly bundled: string | null;
  readonly ollamaFolders: readonly string[];
}

export type Wanted = CatalogueEntry | HubModel;
type GetOptions = Omit<DownloadOptions, 'repository' | 'file' | 'revision' | 'sha256' | 'target'>;
type GetOutcome = DownloadOutcome | { readonly kind: 'present'; readonly path: string };
type RemoveOutcome =
  | { readonly kind: 'removed'; readonly bytes: number }
  | { readonly kind: 'refused'; readonly message: string };

/** Next to a download, naming the process that is downloading. */
const LOCK = '.lock';

export class ModelLibrary {
  readonly #places: LibraryPlaces;

  constructor(places: LibraryPlaces) {
    this.#places = places;
  }

  /** Every model found, bundled first, then by origin and name. */
  async list(): Promise<LocalModel[]> {
    const { bundled } = this.#places;
    const downloads = (await this.#files()).filter((name) => name.endsWith('.gguf'));
    const ollama = await findOllamaModels(this.#places.ollamaFolders);
    return Promise.all([
      ...(bundled ? [describeModel('bundled', 'bundled', bundled)] : []),
      ...downloads.map((name) => describeModel(idOfFile(name), 'downloaded', join(this.#places.folder, name))),
      ...ollama.map(({ name, path }: OllamaModel) => describeModel(name, 'ollama', path)),
    ]);
  }

  /** Bytes of Repotune's own downloads, including unfinished ones. */
  async diskUseBytes(): Promise<number> {
    const sizes = await Promise.all((await this.#files()).map((name) => sizeOf(join(this.#places.folder, name))));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Bytes of a model's unfinished download; 0 if there is none. */
  async partBytes(id: string): Promise<number> {
    const wanted = wantedModel(id);
    return wanted ? await sizeOf(join(this.#places.folder, `${fileOf(wanted)}.part`)) : 0;
  }

  /** Unfinished downloads from the hub that are not in the catalogue. */
  async unfinished(): Promise<HubModel[]> {
    const names = await this.#files();
    return names
      .filter((name) => name.endsWith('.part') && !names.includes(name.slice(0, -'.part'.length)))
      .map((name) => hubModelOf(name.slice(0, -'.part'.length)))
      .filter((model) => model !== null);
  }

  /** Downloads a model, in one window at a time; an existing one is not fetched again. */
  async get(entry: Wanted, options: GetOptions): Promise<GetOutcome> {
    let lock: LockAnswer;
    try {
      await mkdir(this.#places.folder, { recursive: true });
      lock = await this.#lock(fileOf(entry));
    } catch (error) {
      return { kind: 'failed', message: messageFor(error) };
    }
    if (lock.kind === 'busy') return { kind: 'failed', message: underWay(entry.id, lock.holder) };
    try {
      return await this.#get(entry, options);
    } finally {
      await lock.release();
    }
  }

  async #get(entry: Wanted, options: GetOptions): Promise<GetOutcome> {
    const target = join(this.#places.folder, fileOf(entry));
    const present = await inspectModel(target).then(
      () => true,
      () => false,
    );
    if (present) return { kind: 'present', path: target };
    const { downloadModel } = await import('./download.ts');
    const { repository, file } = entry;
    const { revision, sha256 }: Partial<CatalogueEntry> = entry;
    return downloadModel({
      ...options,
      repository,
      file,
      target,
      ...(revision === undefined ? {} : { revision }),
      ...(sha256 === undefined ? {} : { sha256 }),
    });
  }

  /** Deletes a download and its unfinished part. @returns the freed bytes, or why not. */
  async remove(id: string): Promise<RemoveOutcome> {
    const wanted = wantedModel(id);
    const file = wanted ? fileOf(wanted) : basename(id);
    // Without the folder nothing is being downloaded.
    const lock = await this.#lock(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (lock?.kind === 'busy') return { kind: 'refused', message: underWay(id, lock.holder) };
    try {
      return await this.#remove(id, file);
    } finally {
      await lock?.release();
    }
  }

  async #remove(id: string, file: string): Promise<RemoveOutcome> {
    const names = (await this.#files()).filter(
      (name) => name === file || name === `${file}.part` || idOfFile(name) === id,
    );
    if (names.length === 0) {
      const other = (await this.list()).find((model) => model.id === id);
      const message = other
        ? `${id} was not downloaded by Repotune (${other.origin}), so it is not deleted.`
        : `There is no downloaded model ${id}. "Repotune: Choose Base Model…" lists what there is (on the command line: repotune models).`;
      return { kind: 'refused', message };
    }
    let bytes = 0;
    for (const name of names) {
      // Of a link, which alone is deleted, its own.
      bytes += (await lstat(join(this.#places.folder, name))).size;
      await removeFile(join(this.#places.folder, name));
    }
    return { kind: 'removed', bytes };
  }

  #lock(file: string): Promise<LockAnswer> {
    return takeLock(join(this.#places.folder, `${file}${LOCK}`), 'download');
  }

  async #files(): Promise<string[]> {
    const { folder } = this.#places;
    const names = (await readdir(folder).catch(() => [])).filter((name) => !name.endsWith(LOCK));
    // A large file is often moved to another disk, with a link in its place.
    const found = await Promise.all(names.map(async (name) => ((await isFile(join(folder, name))) ? [name] : [])));
    return found.flat().sort();
  }
}

function underWay(id: string, { pid }: LockHolder): string {
  const where = pid === process.pid ? '' : ` by another window or command (process ${pid})`;
  return `${id} is being downloaded${where}: wait for it, or cancel the download first.`;
}

/** null if the catalogue has no such id and it names nothing on the hub. */
export function wantedModel(id: string): Wanted | null {
  return catalogue.find((known) => known.id === id) ?? hubModel(id);
}

function fileOf(wanted: Wanted): string {
  return 'architecture' in wanted ? wanted.file : storedName(wanted);
}

function idOfFile(name: string): string {
  return catalogue.find(({ file }) => file === name)?.id ?? hubModelOf(name)?.id ?? name;
}

export async function describeModel(id: string, origin: ModelOrigin, path: string): Promise<LocalModel> {
  const fileBytes = await sizeOf(path);
  try {
    return { id, origin, path, fileBytes, summary: await inspectModel(path), problem: '' };
  } catch (error) {
    return {
      id,
      origin,
      path,
      fileBytes,
      summary: null,
      problem: messageOf(error),
    };
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (info) => info.size,
    () => 0,
  );
}
