/** The panel's requests on a connection, their parameters checked, their failures as sentences for the user. */
import type { Connection } from 'vscode-languageserver';
import * as z from 'zod';
import type { PanelService } from '../panel/service.ts';
import { type DownloadProgress, Notifications, Requests } from '../protocol.ts';
import { answering } from './answering.ts';
import { proxySettings } from './params.ts';

const named = z.object({ id: z.string().min(1) });
const download = named.extend(proxySettings);
const backendNamed = z.object({ backend: z.string().min(1), ...proxySettings });
const adapter = z.object({ adapterId: z.string().min(1) });
const pausing = z.object({ paused: z.boolean() });

export function servePanel(connection: Connection, panel: PanelService): void {
  const handle = answering(connection);
  handle(Requests.preview, (_, signal) => panel.preview(signal));
  handle(Requests.report, async (params) => panel.report(adapter.parse(params).adapterId));
  handle(Requests.pause, async (params) => panel.pause(pausing.parse(params).paused));
  handle(Requests.rollBack, () => panel.rollBack());
  handle(Requests.removeAdapter, async (params) => panel.removeAdapter(adapter.parse(params).adapterId));
  handle(Requests.models, (_, signal) => panel.models(signal));
  handle(Requests.removeModel, async (params) => panel.removeModel(named.parse(params).id));
  handle(Requests.doctor, (_, signal) => panel.doctor(signal));
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
