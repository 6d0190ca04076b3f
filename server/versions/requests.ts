/** Clients' queries about a folder's adapters, and operations on them. */
import type { StoredAdapter } from '../adapters/store.ts';
import { withPromptAdvice } from '../prompt/advice.ts';
import { type LineageEntry, Notifications, type RepotuneState, type RequestHandlers } from '../protocol/index.ts';
import { type AdapterService, TUNE_LIMITS } from './adapterService.ts';
import { runCommandLine } from './commandLine.ts';

type AdapterRequests = Pick<
  RequestHandlers,
  | 'adapters'
  | 'use'
  | 'rollBack'
  | 'report'
  | 'evaluate'
  | 'renameAdapter'
  | 'removeAdapter'
  | 'compareAdapters'
  | 'lineage'
  | 'exportAdapter'
  | 'importAdapter'
  | 'routes'
  | 'setRoute'
  | 'removeRoute'
  | 'liveComparison'
  | 'startLiveComparison'
  | 'stopLiveComparison'
>;

export interface AdapterRequestDependencies {
  /** The service for the folder that a request names, else for the chosen one. Rejects with a message for the user. */
  service(asked: string | undefined): Promise<AdapterService>;
  modelPath(): string;
  /** After a change: reads the stores again and answers with the new state. */
  refresh(): Promise<RepotuneState>;
  /** The command line's script: exports and imports load native code, whose crash must not take this process down. */
  readonly commandLine: string;
}

export function adapterRequests(parts: AdapterRequestDependencies): AdapterRequests {
  const { service, refresh } = parts;
  return {
    adapters: async ({ folder }) => (await service(folder)).summaries(),
    use: async ({ source, adapterId, force = false, folder }) => {
      const adapters = await service(folder);
      if (source === 'base') await adapters.disable();
      else await adapters.activate(adapterId, { force });
      return refresh();
    },
    rollBack: async ({ folder }) => {
      await (await service(folder)).rollBack();
      return refresh();
    },
    renameAdapter: async ({ adapterId, name, folder }) => {
      await (await service(folder)).rename(adapterId, name);
      return refresh();
    },
    removeAdapter: async ({ adapterId, folder }) => {
      await (await service(folder)).remove(adapterId);
      return refresh();
    },
    report: async ({ adapterId, folder }) => (await service(folder)).report(adapterId),
    lineage: async ({ adapterId, folder }) => (await (await service(folder)).lineage(adapterId)).map(entryOf),
    evaluate: async ({ adapterId, activate = false, folder }, { signal, tell }) => {
      const adapters = await service(folder);
      const adapter = await adapters.find(adapterId);
      const onMessage = (message: string): void => tell(Notifications.evaluateProgress, { adapterId, message });
      const how = { ...TUNE_LIMITS, keep: true, activate };
      const { verdict, activated } = await adapters.judge(adapter, how, onMessage, signal);
      await refresh();
      return { adapterId: adapter.id, passed: verdict.activate, activated, reason: verdict.reason };
    },
    compareAdapters: async ({ first, second, folder }, { signal, tell }) => {
      const onMessage = (message: string): void => tell(Notifications.evaluateProgress, { adapterId: first, message });
      return (await (await service(folder)).compare(first, second, onMessage, signal)).report;
    },

    exportAdapter: async ({ adapterId, target, merged, folder }, { signal }) => {
      const adapters = await service(folder);
      await interchange(parts, adapters, ['export', adapterId, target], merged ? ['--merged'] : [], signal);
      const { manifest } = await adapters.find(adapterId);
      return withPromptAdvice(`Adapter ${adapterId} was exported to ${target} and loads from there.`, manifest.prompt);
    },
    importAdapter: async ({ source, name, folder }, { signal }) => {
      await interchange(parts, await service(folder), ['import', source, name], [], signal);
      await refresh();
      return `${name} was imported and is not active. What it was trained on is not known, so your held-out files cannot measure it; to use it as it is, run "Repotune: Use an Adapter…".`;
    },

    routes: async ({ folder }) => {
      const adapters = await service(folder);
      return { routes: await adapters.routes(), within: await adapters.within() };
    },
    setRoute: async ({ folder, ...route }) => {
      const routes = await (await service(folder)).setRoute(route);
      await refresh();
      return { routes };
    },
    removeRoute: async ({ folder, ...place }) => {
      const routes = await (await service(folder)).removeRoute(place);
      await refresh();
      return { routes };
    },

    liveComparison: async ({ folder }) => await (await service(folder)).live.answer(),
    startLiveComparison: async ({ rival, share, folder }) => {
      const { live } = await service(folder);
      await live.start(rival, share);
      await refresh();
      return await live.answer();
    },
    stopLiveComparison: async ({ folder }) => {
      const { live } = await service(folder);
      await live.stop();
      await refresh();
      return await live.answer();
    },
  };
}

async function interchange(
  { commandLine, modelPath }: AdapterRequestDependencies,
  { folder }: AdapterService,
  args: readonly string[],
  flags: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const options = ['--folder', folder, '--model', modelPath(), ...flags];
  // The user's names and paths come after `--`, so that none is read as an option.
  await runCommandLine([commandLine, 'adapters', ...options, '--', ...args], signal);
}

function entryOf(one: StoredAdapter | string): LineageEntry {
  return typeof one === 'string'
    ? { kind: 'deleted', id: one }
    : { kind: 'stored', name: one.name, manifest: one.manifest };
}
