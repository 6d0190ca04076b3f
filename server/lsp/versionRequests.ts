/** What clients ask about versions: measuring, naming, comparing, where each serves, and live comparisons. */
import type { Connection } from 'vscode-languageserver';
import * as z from 'zod';
import { Notifications, Requests } from '../protocol.ts';
import type { VersionService } from '../versions/service.ts';
import { answering } from './answering.ts';
import { inFolder } from './params.ts';

const adapter = inFolder.extend({ adapterId: z.string().min(1) });
const naming = adapter.extend({ name: z.string() });
const pair = inFolder.extend({ first: z.string().min(1), second: z.string().min(1) });
const place = inFolder.extend({ glob: z.string().min(1).exactOptional(), language: z.string().min(1).exactOptional() });
const route = place.extend({ adapter: z.string().min(1).nullable() });
const exporting = adapter.extend({ target: z.string().min(1), merged: z.boolean() });
const importing = inFolder.extend({ source: z.string().min(1), name: z.string().min(1).max(100) });
const live = inFolder.extend({ rival: z.string().min(1).nullable(), share: z.number().gt(0).lt(1) });
const evaluating = adapter.extend({ activate: z.boolean().default(false) });

export function serveVersions(connection: Connection, versions: VersionService): void {
  const handle = answering(connection);
  const tell = (adapterId: string, message: string): void => {
    void connection.sendNotification(Notifications.evaluateProgress, { adapterId, message }).catch(() => {});
  };
  handle(Requests.evaluate, async (params, signal) => {
    const { adapterId, activate, folder } = evaluating.parse(params);
    return versions.evaluate(adapterId, activate, folder, (message) => tell(adapterId, message), signal);
  });
  handle(Requests.renameAdapter, async (params) => {
    const { adapterId, name, folder } = naming.parse(params);
    return versions.rename(adapterId, name, folder);
  });
  handle(Requests.compareAdapters, async (params, signal) => {
    const { first, second, folder } = pair.parse(params);
    return versions.compare(first, second, folder, (message) => tell(first, message), signal);
  });
  handle(Requests.lineage, async (params) => {
    const { adapterId, folder } = adapter.parse(params);
    return versions.lineage(adapterId, folder);
  });
  handle(Requests.exportAdapter, async (params, signal) => {
    const { adapterId, target, merged, folder } = exporting.parse(params);
    return versions.export(adapterId, target, merged, folder, signal);
  });
  handle(Requests.importAdapter, async (params, signal) => {
    const { source, name, folder } = importing.parse(params);
    return versions.import(source, name, folder, signal);
  });
  handle(Requests.routes, async (params) => versions.routes(inFolder.parse(params).folder));
  handle(Requests.setRoute, async (params) => {
    const { folder, ...wanted } = route.parse(params);
    return versions.setRoute(wanted, folder);
  });
  handle(Requests.removeRoute, async (params) => {
    const { folder, ...where } = place.parse(params);
    return versions.removeRoute(where, folder);
  });
  handle(Requests.liveComparison, async (params) => versions.liveComparison(inFolder.parse(params).folder));
  handle(Requests.startLiveComparison, async (params) => {
    const { rival, share, folder } = live.parse(params);
    return versions.startLiveComparison(rival, share, folder);
  });
  handle(Requests.stopLiveComparison, async (params) => versions.stopLiveComparison(inFolder.parse(params).folder));
}
