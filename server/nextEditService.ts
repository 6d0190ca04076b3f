/** Assembles next edits: what they share with completions (rhythm, engine, adapters), and the handlers for a connection. Wiring only. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ServingPlan } from './adapters/servingPlan.ts';
import { messageOf } from './common/messageOf.ts';
import { disabledFor, isExcluded } from './completion/enabled.ts';
import type { DocumentServing } from './documentServing.ts';
import { type NextEditDependencies, NextEdits } from './nextEdit/service.ts';
import type { Client } from './window/client.ts';
import { thrownAwaySince } from './window/fromDisk.ts';
import { pathOf, type Workspace } from './window/workspace.ts';

type Shared = Pick<
  NextEditDependencies,
  | 'host'
  | 'turns'
  | 'paces'
  | 'debounce'
  | 'settings'
  | 'modelPath'
  | 'documentText'
  | 'onBattery'
  | 'onCpuTime'
  | 'usesOnDisk'
>;

export interface NextEditParts extends Shared {
  readonly client: Client;
  readonly workspace: Workspace<ServingPlan | null>;
  readonly serving: DocumentServing;
  /** When git last replaced files in a folder, by the system's clock; 0 if never. */
  movedMs(folder: string): Promise<number>;
  /** Of `paths`, relative to the folder, those that their user keeps from learning or from assistants. */
  keptOut(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>>;
}

export function createNextEdits(all: NextEditParts): NextEdits {
  const { client, workspace, serving, settings, movedMs, keptOut, ...parts } = all;
  return new NextEdits({
    ...parts,
    settings,
    place: (uri) => workspace.place(uri),
    served: (uri, languageId) => serving.of(uri, languageId),
    disabled: (uri, languageId) => disabledFor(settings().completions, languageId, workspace.pathsFrom(pathOf(uri))),
    keptOut: async (folder, paths) => (folder === '' ? new Set() : await keptOut(folder, paths)),
    isExcluded: (folder, path) => isExcluded(settings().completions, workspace.pathsFrom(join(folder, path))),
    // Cancelling ends the wait at once: that is not an error.
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    isOpened: (folder) => workspace.folders.includes(folder),
    uriOf: (folder, path) => pathToFileURL(join(folder, path)).href,
    nowMs: () => performance.now(),
    movedAtMs: async (folder) => performance.now() - Date.now() + (await movedMs(folder)),
    isThrownAway: async (uri, text) => {
      const path = uri.startsWith('file:') ? pathOf(uri) : null;
      return path !== null && (await thrownAwaySince(path, text)) !== null;
    },
    log: (line) => client.debug(line),
    onError: (error) => client.error(`next edit: ${messageOf(error)}`),
  });
}
