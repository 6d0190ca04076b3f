/** Connects what keeps the adapters of a window's folders up with the state of the machine and the folders. Wiring. */
import { join } from 'node:path';
import { commitsSince } from '../adapters/lineage.ts';
import { readLiveComparison } from '../adapters/liveComparisonFile.ts';
import { AdapterStore, type StoredAdapter } from '../adapters/store.ts';
import type { ModelInfo } from '../engine/types.ts';
import { gitText } from '../git/git.ts';
import { findRepository } from '../git/repository.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { readAttempt, writeAttempt } from '../keepTuned/attempts.ts';
import { ENOUGH_EDITS, type LastAttempt } from '../keepTuned/conditions.ts';
import { editNews, NO_EDITS } from '../keepTuned/editNews.ts';
import { KeepTuned } from '../keepTuned/keepTuned.ts';
import type { KeptRepository } from '../keepTuned/learnable.ts';
import { SharedKeys } from '../keepTuned/sharedKeys.ts';
import { readLearning } from '../mining/learning.ts';
import { speaksOfFiles } from '../prompt/editPrompt.ts';
import { learnedEdits, learnedTo } from '../protocol/manifest.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { takeLock } from '../storage/lock.ts';
import { dataFolder } from '../storage/paths.ts';
import { availableMemory } from '../system/availableMemory.ts';
import { CpuLoad } from '../system/cpuLoad.ts';
import { runsOnBattery } from '../system/power.ts';
import { warmZone } from '../system/warmth.ts';
import { isAncestor } from '../tuning/cuts.ts';
import { splitObjection } from '../versions/splitObjection.ts';
import type { Client } from './client.ts';
import type { WindowEngine } from './windowEngine.ts';
import type { WindowFolders } from './windowFolders.ts';
import type { WindowRuns } from './windowRuns.ts';
import type { WindowSettings } from './windowSettings.ts';
import type { WindowState } from './windowState.ts';

const LOOK_EVERY_MS = 20_000;

export interface KeepingParts {
  readonly client: Pick<Client, 'log'>;
  readonly folders: WindowFolders;
  readonly settings: WindowSettings;
  readonly runs: WindowRuns;
  readonly state: WindowState;
  readonly engine: WindowEngine;
  /** The base named in the settings. */
  modelPath(): string;
}

export interface Keeping extends Pick<KeepTuned, 'key' | 'ended' | 'changed' | 'foldersChanged'> {
  dispose(): Promise<void>;
}

export function keepTuned({ client, folders, settings, runs, state, engine, modelPath }: KeepingParts): Keeping {
  const load = new CpuLoad();
  const data = dataFolder();
  const keeper = new KeepTuned({
    nowMs: Date.now,
    isOn: () => settings.current.keepTuned,
    folders: () => (folders.areKnown ? folders.all.map(({ path }) => path) : null),
    machine: async () => ({
      onBattery: await runsOnBattery(),
      warm: await warmZone(),
      load: load.look(),
      freeBytes: availableMemory(),
      neededBytes: state.current.settingsPlan?.leastFreeBytes ?? null,
    }),
    warm: () => warmZone(),
    isBusy: () => runs.isBusy,
    standing: async (folder) => {
      const store = await AdapterStore.of(folder);
      const [{ paused }, active] = await Promise.all([readLearning(store.dir), store.active()]);
      return { paused, hasActive: active !== null };
    },
    repository: (folder, last) => lookAt(folder, last, engine.host.model, modelPath()),
    readAttempt: async (folder) => readAttempt(await storeLocation(folder)),
    writeAttempt: async (folder, attempt) => writeAttempt(await storeLocation(folder), attempt),
    keys: new SharedKeys(data, Date.now),
    takeTurn: async () => {
      const lock = await takeLock(join(data, 'keep-tuned.lock'), 'keeping an adapter tuned');
      return lock.kind === 'busy' ? null : () => lock.release();
    },
    start: (folder, learnsEdits) => runs.keepUp(folder, learnsEdits),
    setTyping: (typing) => runs.setTyping(typing),
    endRuns: () => runs.endBackground(),
    log: (line) => client.log(line),
    onState: (shown) => state.showKeepTuned(shown),
    later: (ms, run) => {
      const timer = setTimeout(run, ms).unref();
      return () => clearTimeout(timer);
    },
  });
  const timer = setInterval(() => void keeper.look(), LOOK_EVERY_MS).unref();
  return {
    key: () => keeper.key(),
    ended: (runId, end) => keeper.ended(runId, end),
    changed: (goesOn) => keeper.changed(goesOn),
    foldersChanged: () => keeper.foldersChanged(),
    dispose: async () => {
      clearInterval(timer);
      await keeper.dispose();
    },
  };
}

/** `base`: the one at `modelPath` if it is loaded; null while none is, when it is unknown what it can learn. */
export async function lookAt(
  folder: string,
  last: LastAttempt | null,
  base: ModelInfo | null,
  modelPath: string,
): Promise<KeptRepository> {
  const store = await AdapterStore.of(folder);
  const [{ paused }, active, comparison, head] = await Promise.all([
    readLearning(store.dir),
    store.active(),
    readLiveComparison(store.dir),
    gitText(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}']).catch(() => null),
  ]);
  const tuned = active?.manifest.dataset.commit ?? '';
  // What the gate has refused is not tried again for the same commits and edits.
  const tried = active !== null && last !== null && isTried(active, last);
  const since = tried ? last : { commit: tuned, editsUntilMs: 0 };
  const learned = active !== null && learnedEdits(active.manifest);
  const canLearnEdits = learned || (base !== null && speaksOfFiles(base.special));
  const news =
    active !== null && canLearnEdits
      ? await editNews(folder, store.dir, active.manifest, since.editsUntilMs, Date.now())
      : NO_EDITS;
  return {
    paused,
    hasActive: active !== null,
    compared: active !== null && comparison?.active === active.id,
    unfit: active && (await unfitToGoOn(folder, active, modelPath)),
    commit: head ?? '',
    version: active?.id ?? '',
    commits: await commitsSince(folder, since.commit),
    edits: news.edits,
    editsUntilMs: news.untilMs,
    since: { commit: since.commit, editsUntilMs: since.editsUntilMs },
    // A version that only completes learns next edits once there are enough to learn from.
    learnsEdits: learned || news.edits >= ENOUGH_EDITS,
  };
}

/** The version may be from a machine whose clock is ahead: its time decides only where nothing else does. */
function isTried({ id, manifest }: StoredAdapter, { version, atMs }: LastAttempt): boolean {
  return version === '' ? atMs > Date.parse(manifest.createdAt) : version === id;
}

/** Why a run would fail, perhaps after mining the repository, and what to do; null if it would not. */
async function unfitToGoOn(folder: string, active: StoredAdapter, modelPath: string): Promise<string | null> {
  const { base } = active.manifest;
  if (base.sha256 !== (await sha256OfModel(modelPath)))
    return `it belongs to another base, ${base.name}. Choose that one, or tune again`;
  const repository = await findRepository(folder);
  if (repository === null || repository.commit === '') return 'there are no commits to tell what is new. Tune again';
  const objection = splitObjection(active, repository);
  if (objection !== null) return `${objection}. Tune again`;
  return (await isAncestor(folder, learnedTo(active.manifest), 'HEAD'))
    ? null
    : "the last commit it learned is not in this branch's history. Check out a branch that has it, or tune again";
}
