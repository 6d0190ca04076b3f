/** What clients ask about single versions: measuring one before it may serve. */
import type { Connection } from 'vscode-languageserver';
import * as z from 'zod';
import { Notifications, Requests } from '../protocol.ts';
import type { VersionService } from '../versions/service.ts';
import { answering } from './answering.ts';

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
}
