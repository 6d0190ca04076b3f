/** What clients ask about versions: measuring, naming, comparing, where each serves, and live comparisons. */
import type { Connection } from 'vscode-languageserver';
import * as z from 'zod';
import { Notifications, Requests } from '../protocol.ts';
import type { VersionService } from '../versions/service.ts';
import { answering } from './answering.ts';

const adapter = z.object({ adapterId: z.string().min(1) });
const naming = adapter.extend({ name: z.string() });
const pair = z.object({ first: z.string().min(1), second: z.string().min(1) });
const place = z.object({ glob: z.string().min(1).exactOptional(), language: z.string().min(1).exactOptional() });
const route = place.extend({ adapter: z.string().min(1).nullable() });
const exporting = adapter.extend({ target: z.string().min(1), merged: z.boolean() });
const importing = z.object({ source: z.string().min(1), name: z.string().min(1).max(100) });
const live = z.object({ rival: z.string().min(1).nullable(), share: z.number().gt(0).lt(1) });
const evaluating = z.object({ adapterId: z.string().min(1), activate: z.boolean().default(false) });

export function serveVersions(connection: Connection, versions: VersionService): void {
  const handle = answering(connection);
  handle(Requests.evaluate, async (params, signal) => {
    const { adapterId, activate } = evaluating.parse(params);
    const tell = (message: string): void => {
      void connection.sendNotification(Notifications.evaluateProgress, { adapterId, message }).catch(() => {});
    };
    return versions.evaluate(adapterId, activate, tell, signal);
  });
  handle(Requests.renameAdapter, async (params) => {
    const { adapterId, name } = naming.parse(params);
    return versions.rename(adapterId, name);
  });
  handle(Requests.compareAdapters, async (params, signal) => {
    const { first, second } = pair.parse(params);
    return versions.compare(first, second, signal);
  });
  handle(Requests.lineage, async (params) => versions.lineage(adapter.parse(params).adapterId));
  handle(Requests.exportAdapter, async (params, signal) => {
    const { adapterId, target, merged } = exporting.parse(params);
    return versions.export(adapterId, target, merged, signal);
  });
  handle(Requests.importAdapter, async (params, signal) => {
    const { source, name } = importing.parse(params);
    return versions.import(source, name, signal);
  });
  handle(Requests.routes, () => versions.routes());
  handle(Requests.setRoute, async (params) => versions.setRoute(route.parse(params)));
  handle(Requests.removeRoute, async (params) => versions.removeRoute(place.parse(params)));
  handle(Requests.liveComparison, () => versions.liveComparison());
  handle(Requests.startLiveComparison, async (params) => {
    const { rival, share } = live.parse(params);
    return versions.startLiveComparison(rival, share);
  });
  handle(Requests.stopLiveComparison, () => versions.stopLiveComparison());
}
