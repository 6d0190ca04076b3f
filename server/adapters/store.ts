/**
 * The adapters of one repository. `versions/<id>/` holds manifest.json, adapter.gguf and report.json and never changes once it exists;
 * `state.json` says which one serves. Everything read is checked: a `.git` may come out of an archive.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterRef } from '../engine/types.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { ADAPTER_ID, type Manifest, manifestSchema } from '../protocol/manifest.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { sha256File } from '../storage/hash.ts';
import { NewerRelease } from '../storage/newerRelease.ts';
import { removeAll, renamePatiently } from '../storage/patient.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { syncFolder } from '../storage/writeAside.ts';
import { checkAdapterFile } from './adapterFile.ts';
import { AuditLog } from './audit.ts';
import { changingVersions, deletedName, endDeletion, isThere, versionsOf } from './leftovers.ts';
import { type Incoming, moveIn } from './moveIn.ts';
import { newestFirst } from './newestFirst.ts';
import { readManifest } from './readManifest.ts';
import { readRoutes } from './routes.ts';
import { isSealed, seal } from './seal.ts';
import { type Judgement, originOf, type Standing, standingOf, writeJudgement } from './standing.ts';
import { changeState, readState, rolledBack, type StoreState, switchTo } from './state.ts';

/** Larger ones are refused before they are read. */
export const MOST_REPORT_BYTES = 16 * 1024 * 1024;

export interface StoredAdapter {
  readonly id: string;
  /** The name a user gave, or the manifest's. */
  readonly name: string;
  readonly manifest: Manifest;
  readonly dir: string;
  readonly adapterPath: string;
  readonly active: boolean;
  readonly standing: Standing;
  /** Made, measured or accepted on this machine; otherwise it may not serve. */
  readonly sealed: boolean;
}

/** A version whose files cannot be used, and why. */
export interface DamagedAdapter {
  readonly id: string;
  readonly problem: string;
  /** A newer release can use it. */
  readonly newer: boolean;
}

export interface NewVersion extends Incoming {
  readonly manifest: Manifest;
}

export class AdapterStore {
  readonly dir: string;
  readonly audit: AuditLog;

  constructor(dir: string) {
    this.dir = dir;
    this.audit = new AuditLog(dir);
  }

  /** The store of the repository that `folder` lies in. Creates nothing. */
  static async of(folder: string): Promise<AdapterStore> {
    return new AdapterStore(await storeLocation(folder));
  }

  /** Newest first. @throws if the store is out of reach for now: nothing in it is deleted */
  async list(): Promise<{ readonly adapters: StoredAdapter[]; readonly damaged: DamagedAdapter[] }> {
    const names = await readdir(this.#versions).catch(noneYet);
    const state = await readState(this.dir);
    const adapters: StoredAdapter[] = [];
    const damaged: DamagedAdapter[] = [];
    // Ids sort by time: the newest of those of the same date first.
    const ids = names
      .filter((name) => ADAPTER_ID.test(name))
      .toSorted()
      .toReversed();
    for (const id of ids) {
      try {
        adapters.push(await this.#read(id, state));
      } catch (error) {
        // Another window has deleted it since.
        if (!(await isThere(this.dir, id))) continue;
        damaged.push({ id, problem: messageFor(error).replace(/\.$/, ''), newer: error instanceof NewerRelease });
      }
    }
    return { adapters: newestFirst(adapters, Date.now()), damaged };
  }

  /** By id, unique prefix of an id, or name (the newest of that name). */
  async find(wanted: string): Promise<StoredAdapter> {
    // What names a version by its id, as nearly all do, need not read the others.
    const named = ADAPTER_ID.test(wanted) ? await this.byId(wanted).catch(() => null) : null;
    if (named !== null) return named;
    const { adapters, damaged } = await this.list();
    const found =
      adapters.find(({ name }) => name === wanted) ?? only(adapters.filter(({ id }) => id.startsWith(wanted)));
    if (found) return found;
    const broken = damaged.find(({ id }) => id === wanted);
    if (broken) throw new Error(`Adapter ${wanted} cannot be used: ${broken.problem}`);
    if (adapters.length === 0) throw new Error(`There is no adapter ${wanted} here, nor any other: tune one first.`);
    const several = adapters.flatMap(({ id }) => (id.startsWith(wanted) ? id : []));
    if (several.length > 1)
      throw new Error(`The ids of several adapters begin with ${wanted}: ${several.join(', ')}. Name one of them.`);
    throw new Error(`There is no adapter ${wanted} here. Known: ${adapters.map(({ id }) => id).join(', ')}.`);
  }

  async active(): Promise<StoredAdapter | null> {
    const { active } = await readState(this.dir);
    if (active === null) return null;
    return await this.byId(active);
  }

  /** For ids from the store's own files: never another version that has this id as its name or prefix. */
  async byId(id: string): Promise<StoredAdapter> {
    const info = await stat(join(this.#versions, id)).catch(noneThere);
    if (info === null) throw new Error(`There is no adapter ${id} here.`);
    const state = await readState(this.dir);
    return await this.#read(id, state).catch((error: unknown) => {
      throw new Error(`Adapter ${id} cannot be used: ${messageFor(error).replace(/\.$/, '')}`, { cause: error });
    });
  }

  /** Adds a version to the store, atomically. It is not activated. */
  async add({ manifest, ...incoming }: NewVersion): Promise<StoredAdapter> {
    const checked = manifestSchema.parse(manifest);
    await makeStoreFolder(this.dir, 'versions');
    await changingVersions(this.dir, 'storing an adapter', () => moveIn(this.dir, checked, incoming));
    return await this.#describe(checked, checked.name, false);
  }

  /**
   * Makes a version serve. Its file is verified first, and one from elsewhere must have been measured here and have passed, unless `force`
   * is set. Activations against the gate's verdict are recorded.
   */
  async activate(
    id: string,
    reason: string,
    {
      force = false,
      action = 'activate',
    }: { readonly force?: boolean; readonly action?: 'activate' | 'roll back' } = {},
  ): Promise<StoredAdapter> {
    const adapter = await this.find(id);
    const objection = objectionTo(adapter);
    const isGuest = !adapter.sealed || (await originOf(adapter.dir)) !== null;
    if (objection !== null && !force && isGuest) throw new NotMeasured(objection);
    await this.verify(adapter);
    await changingVersions(this.dir, 'activating an adapter', async () => {
      // Verifying takes a while, in which another window may delete it.
      await this.byId(adapter.id);
      // Forced: the user accepts it as it is.
      if (!adapter.sealed) await seal(this.dir, adapter.id, adapter.manifest.adapter.sha256);
      await changeState(this.dir, (state) => switchTo(state, adapter.id));
    });
    await this.audit.append(action, adapter.id, reason);
    if (objection !== null) await this.audit.append('override', adapter.id, objection);
    return { ...adapter, active: true };
  }

  /**
   * Stores what was measured here about a version. Measuring takes minutes, in which another window may delete it and get another one
   * with the same id.
   * @throws if it is no longer the one that was measured
   */
  async keepJudgement(
    { id, manifest }: Pick<StoredAdapter, 'id' | 'manifest'>,
    judgement: Pick<Judgement, 'passed' | 'reason' | 'report'>,
    nowMs: number,
  ): Promise<void> {
    const { sha256 } = manifest.adapter;
    await changingVersions(this.dir, 'keeping a judgement', async () => {
      const now = await this.byId(id);
      if (now.manifest.adapter.sha256 !== sha256)
        throw new Error(`Adapter ${id} was replaced by another while it was measured. Measure it again.`);
      await writeJudgement(this.dir, id, { ...judgement, sha256 }, nowMs);
    });
  }

  /** Lets the base serve alone. */
  async disable(reason: string): Promise<void> {
    await changeState(this.dir, (state) => switchTo(state, null));
    await this.audit.append('disable', null, reason);
  }

  /**
   * Lets the previous version serve again: returns its id, or null for the base. Versions deleted since are skipped, and those that may not
   * serve, as in a copy of a repository from another machine.
   */
  async rollBack(): Promise<string | null> {
    let from: string | null = null;
    const { active } = await changingVersions(this.dir, 'rolling back', async () => {
      const present = servable((await this.list()).adapters);
      return await changeState(this.dir, (state) => {
        const before = rolledBack(state, present);
        if (before === null)
          throw new Error(
            'No adapter was active before this one. To use the base model alone, run "Repotune: Use the Base Model" (on the command line: repotune adapters disable).',
          );
        from = state.active;
        return before;
      });
    });
    await this.audit.append('roll back', active, `from ${from ?? 'the base'}`);
    return active;
  }

  /** What {@link rollBack} leads to: an adapter's name, or null for the base alone. Null as a whole: nothing served before. */
  async previous(): Promise<{ readonly name: string | null } | null> {
    const { adapters } = await this.list();
    const before = rolledBack(await readState(this.dir), servable(adapters));
    return before && { name: adapters.find(({ id }) => id === before.active)?.name ?? null };
  }

  async rename(id: string, name: string): Promise<void> {
    const adapter = await this.find(id);
    const clean = name.trim();
    if (clean === '' || clean.length > 100) throw new Error('A name must have 1 to 100 characters.');
    await changeState(this.dir, (state) => ({ ...state, names: { ...state.names, [adapter.id]: clean } }));
    await this.audit.append('rename', adapter.id, `${adapter.name} -> ${clean}`);
  }

  /** Deletes a version; if it served, the base does now. */
  async remove(id: string): Promise<void> {
    if (!ADAPTER_ID.test(id)) throw new Error(`${id} is not an adapter id.`);
    // Before anything is deleted: routes that cannot be read could not be changed.
    await readRoutes(this.dir);
    const wasThere = await changingVersions(this.dir, 'deleting an adapter', async () => {
      await changeState(this.dir, (state) => {
        const { [id]: _, ...names } = state.names;
        const switched = state.active === id ? switchTo(state, null) : state;
        return { ...switched, names, history: switched.history.filter((one) => one !== id) };
      });
      const doomed = join(this.#versions, deletedName(id));
      await removeAll(doomed);
      // Another window may have deleted it, or a person its folder.
      const moved = await renamePatiently(join(this.#versions, id), doomed).then(() => true, noneThere);
      // Before its seal is broken: a power failure would bring it back, as one from another machine.
      await syncFolder(this.#versions);
      // From here on it is gone.
      await endDeletion(this.dir, id);
      return moved;
    });
    if (wasThere) await this.audit.append('delete', id, '');
  }

  /** @throws if the adapter's file is not the one in its manifest. */
  async verify({ id, adapterPath, manifest }: StoredAdapter): Promise<void> {
    const advice = `Delete it in the panel's Adapters tab (on the command line: repotune adapters delete ${id}) and tune again.`;
    const info = await stat(adapterPath).catch(() => null);
    if (!info?.isFile()) throw new Error(`Adapter ${id} has lost its file ${adapterPath}. ${advice}`);
    if (info.size !== manifest.adapter.sizeBytes || (await sha256File(adapterPath)) !== manifest.adapter.sha256) {
      throw new Error(`The file of adapter ${id} has changed since it was stored. ${advice}`);
    }
    // Checked beyond the hash: a store can come out of an archive, hashes included.
    const expected = { architecture: manifest.base.architecture, ...manifest.adapter };
    await checkAdapterFile(adapterPath, expected, null).catch((error: Error) => {
      throw new Error(`Adapter ${id} is refused: ${error.message}. ${advice}`, { cause: error });
    });
  }

  async report(id: string): Promise<unknown> {
    const { dir } = await this.find(id);
    return JSON.parse(await readBounded(join(dir, 'report.json'), MOST_REPORT_BYTES));
  }

  get #versions(): string {
    return versionsOf(this.dir);
  }

  async #read(id: string, { names, active }: StoreState): Promise<StoredAdapter> {
    const manifest = await readManifest(this.#versions, id);
    return await this.#describe(manifest, names[id] ?? manifest.name, active === id);
  }

  async #describe(manifest: Manifest, name: string, active: boolean): Promise<StoredAdapter> {
    const { id } = manifest;
    const dir = join(this.#versions, id);
    const sealed = await isSealed(this.dir, id, manifest.adapter.sha256);
    const standing = await standingOf(this.dir, dir, manifest, sealed);
    return {
      id,
      name,
      manifest,
      dir,
      adapterPath: join(dir, 'adapter.gguf'),
      active: active && sealed,
      standing,
      sealed,
    };
  }
}

function noneThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function noneYet(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** A version from elsewhere that may not serve yet. */
export class NotMeasured extends Error {}

/** Objection to letting a version serve; null if there is none. */
function objectionTo({ id, standing }: StoredAdapter): string | null {
  switch (standing.kind) {
    case 'passed':
    case 'unjudged':
      return null;
    case 'failed':
      return `Adapter ${id} was measured here and did not pass. ${standing.reason} To use it anyway, run "Repotune: Use an Adapter…" (on the command line: repotune adapters activate ${id} --force).`;
    case 'unmeasured':
      return `Adapter ${id} came from ${standing.origin.from} and has not been measured on this repository's held-out files. To measure it, and use it if it passes, run "Repotune: Use an Adapter…" (on the command line: repotune eval --adapter ${id} --activate).`;
    case 'unmeasurable':
      return `Adapter ${id} was imported from ${standing.origin.from}. What it was trained on is not known, so it cannot be measured here. To use it as it is, run "Repotune: Use an Adapter…" and choose Use Anyway (on the command line: repotune adapters activate ${id} --force).`;
  }
}

/** Reference to this adapter for the serving engine. */
export function refOf({ id, adapterPath, manifest }: StoredAdapter): AdapterRef {
  return { id, path: adapterPath, scale: 1, prompt: manifest.prompt };
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function servable(adapters: readonly StoredAdapter[]): ReadonlySet<string> {
  return new Set(adapters.flatMap(({ id, sealed }) => (sealed ? id : [])));
}
