/** The sharing requests on a connection, their parameters checked, their failures as sentences for the user. */
import type { Connection } from 'vscode-languageserver';
import * as z from 'zod';
import { Requests } from '../protocol.ts';
import type { ShareService } from '../sharing/service.ts';
import { answering } from './answering.ts';
import { proxySettings } from './params.ts';

const place = z.object({
  folder: z.string().min(1),
  remote: z.string().min(1),
  signatures: z.enum(['require', 'warn', 'off']),
});
const version = place.extend({ id: z.string().min(1) });
const offered = version.extend(proxySettings);
const agreed = version.extend({ commit: z.string().min(1) });

/** `service` is asked for at the first request: most sessions share nothing. */
export function serveSharing(connection: Connection, service: () => Promise<ShareService>): void {
  const handle = answering(connection);
  handle(Requests.shareList, async (params, signal) => (await service()).list(place.parse(params), signal));
  handle(Requests.sharePublish, async (params, signal) => (await service()).publish(version.parse(params), signal));
  handle(Requests.shareOffer, async (params, signal) => {
    const { folder, remote, signatures, id, ...proxy } = offered.parse(params);
    return (await service()).offer({ folder, remote, signatures, id }, signal, proxy);
  });
  handle(Requests.sharePull, async (params, signal) => (await service()).pull(agreed.parse(params), signal));
}
