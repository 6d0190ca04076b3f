/** Which of a window's folders has enough to learn, or what they lack, and what was last tried in each. */
import { messageOf } from '../common/messageOf.ts';
import {
  failed,
  isWithin,
  type LastAttempt,
  NO_FOLDER,
  type Objection,
  type RepositoryFacts,
  repositoryObjection,
  standingObjection,
} from './conditions.ts';
import type { Tried } from './runEnd.ts';

export interface KeptRepository extends Omit<RepositoryFacts, 'nowMs' | 'last'> {
  readonly commit: string;
  /** The active version. */
  readonly version: string;
  /** Whether a run learns edits, recorded until `editsUntilMs`. */
  readonly learnsEdits: boolean;
  readonly editsUntilMs: number;
  /** Where the counts begin: nothing later has been tried. */
  readonly since: Tried;
}

export interface FolderParts {
  nowMs(): number;
  /** null until the client has told them. */
  folders(): readonly string[] | null;
  /** Two small files of its store. */
  standing(folder: string): Promise<Pick<RepositoryFacts, 'paused' | 'hasActive'>>;
  repository(folder: string, last: LastAttempt | null): Promise<KeptRepository>;
  readAttempt(folder: string): Promise<LastAttempt | null>;
  writeAttempt(folder: string, attempt: LastAttempt): Promise<void>;
  log(line: string): void;
}

/** What a run starts from. */
export interface Learnable {
  readonly folder: string;
  readonly facts: KeptRepository;
  readonly last: LastAttempt | null;
}

/** How long what the folders lack is believed while the machine is not free: git is asked each time. */
const LACKS_FOR_MS = 120_000;

export class LearnableFolders {
  readonly #parts: FolderParts;
  /** By folder: attempts that could not be recorded, e.g. on a full disk. If forgotten, they would be repeated at once. */
  readonly #unwritten = new Map<string, LastAttempt>();
  /** What the folders lacked when they were last looked into; null once that may have changed. */
  #lacked: { readonly atMs: number; readonly objection: Objection | null } | null = null;

  constructor(parts: FolderParts) {
    this.#parts = parts;
  }

  /** What they lacked holds no longer. */
  changed(): void {
    this.#lacked = null;
  }

  /** Why nothing is learned in any folder until the user does something; null where one may be. */
  async standing(): Promise<Objection | null> {
    let first: Objection = NO_FOLDER;
    for (const folder of (this.#parts.folders() ?? []).toReversed()) {
      // What cannot be read is told once it is looked into.
      const objection = await this.#parts.standing(folder).then(standingObjection, () => null);
      if (objection === null) return null;
      first = objection;
    }
    return first;
  }

  /** Why nothing is learned in any folder even on an idle machine; null where something would be. */
  async lacking(): Promise<Objection | null> {
    if (this.#lacked === null || !isWithin(LACKS_FOR_MS, this.#lacked.atMs, this.#parts.nowMs())) await this.first();
    return this.#lacked?.objection ?? null;
  }

  /** The first folder with enough to learn, else what the first one lacks; null without folders. */
  async first(): Promise<Learnable | Objection | null> {
    const found = await this.#lookThrough();
    const objection = found !== null && 'folder' in found ? null : found;
    this.#lacked = { atMs: this.#parts.nowMs(), objection };
    return found;
  }

  async lastAttempt(folder: string): Promise<LastAttempt | null> {
    return this.#unwritten.get(folder) ?? (await this.#parts.readAttempt(folder));
  }

  /** Holding the machine-wide turn gives exclusive access to the file. */
  async remember(folder: string, attempt: LastAttempt): Promise<void> {
    this.#unwritten.set(folder, attempt);
    try {
      await this.#parts.writeAttempt(folder, attempt);
      this.#unwritten.delete(folder);
    } catch (error) {
      this.#parts.log(`Keep tuned: the attempt could not be written down. ${messageOf(error)}`);
    }
  }

  async #lookThrough(): Promise<Learnable | Objection | null> {
    let first: Objection | null = null;
    for (const folder of this.#parts.folders() ?? []) {
      // One that git refuses keeps no other from being kept up.
      const found = await this.#lookInto(folder).catch(failed);
      if ('folder' in found) return found;
      first ??= found;
    }
    return first;
  }

  /** What a run starts from, or why none does. */
  async #lookInto(folder: string): Promise<Objection | Learnable> {
    const last = await this.lastAttempt(folder);
    const facts = await this.#parts.repository(folder, last);
    return repositoryObjection({ ...facts, last, nowMs: this.#parts.nowMs() }) ?? { folder, facts, last };
  }
}
