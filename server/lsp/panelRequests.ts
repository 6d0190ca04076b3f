/** The panel's requests on a connection, their parameters checked, their failures as sentences for the user. */
import type { Connection } from 'vscode-languageserver';
import * as z from 'zod';
import type { PanelService } from '../panel/requests.ts';
import { type DownloadProgress, Notifications, Requests } from '../protocol/index.ts';
import { folderKey, inFolder, proxySettings, runKey } from './paramSchemas.ts';
import { answering } from './requests.ts';

const named = z.object({ id: z.string().min(1) });
const download = named.extend(proxySettings);
const repositoryNamed = z.object({ repository: z.string().min(1), ...proxySettings });
const backendNamed = z.object({ backend: z.string().min(1), ...proxySettings });
const adapter = z.object({ adapterId: z.string().min(1), ...folderKey });
const pausing = z.object({ paused: z.boolean(), ...runKey });

export function servePanel(connection: Connection, panel: PanelService): void {
  const handle = answering(connection);
  handle(Requests.preview, async (params, signal) => panel.preview(inFolder.parse(params).folder, signal));
  handle(Requests.report, async (params) => {
    const { adapterId, folder } = adapter.parse(params);
    return panel.report(adapterId, folder);
  });
  handle(Requests.adapters, async (params) => panel.adapters(inFolder.parse(params).folder));
  handle(Requests.pause, async (params) => {
    const { paused, runId } = pausing.parse(params);
    return panel.pause(paused, runId);
  });
  handle(Requests.rollBack, async (params) => panel.rollBack(inFolder.parse(params).folder));
  handle(Requests.removeAdapter, async (params) => {
    const { adapterId, folder } = adapter.parse(params);
    return panel.removeAdapter(adapterId, folder);
  });
  handle(Requests.models, (_, signal) => panel.models(signal));
  handle(Requests.removeModel, async (params) => panel.removeModel(named.parse(params).id));
  handle(Requests.doctor, async (params, signal) => panel.doctor(inFolder.parse(params).folder, signal));
  const telling = (id: string): ((doneBytes: number, totalBytes: number) => void) =>
    throttled((doneBytes, totalBytes) => {
      const progress: DownloadProgress = { id, doneBytes, totalBytes };
      void connection.sendNotification(Notifications.downloadProgress, progress).catch(() => {});
    }, 250);
  handle(Requests.getModel, async (params, signal) => {
    const { id, ...proxy } = download.parse(params);
    return panel.getModel(id, telling(id), signal, proxy);
  });
  // Imported when asked for: what downloads is large, and few ask.
  handle(Requests.hubFiles, async (params, signal) => {
    const { repository, ...proxy } = repositoryNamed.parse(params);
    const { hubFiles } = await import('../models/hubFiles.ts');
    return hubFiles(repository, { signal, ...proxy });
  });
  handle(Requests.backendOffer, async (params) => {
    const { backendOffer } = await import('../panel/backends.ts');
    return backendOffer(backendNamed.parse(params).backend);
  });
  handle(Requests.getBackend, async (params, signal) => {
    const { backend, ...proxy } = backendNamed.parse(params);
    const { getBackend } = await import('../panel/backends.ts');
    return getBackend(backend, telling(backend), signal, proxy);
  });
}

/** At most one call per `ms`, and always the one that completes. */
function throttled(tell: (done: number, total: number) => void, ms: number): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < ms && done < total) return;
    last = now;
    tell(done, total);
  };
}
