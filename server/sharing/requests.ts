/** The sharing requests on a connection, their parameters checked, their failures as sentences for the user. */
import type { Connection } from 'vscode-languageserver';
import * as z from 'zod';
import { proxySettings } from '../lsp/paramSchemas.ts';
import { answering } from '../lsp/requests.ts';
import { Requests, type ShareParams } from '../protocol/index.ts';
import type { WindowFolders } from '../window/windowFolders.ts';
import type { ShareService } from './service.ts';

const place = z.object({
  folder: z.string().min(1),
  remote: z.string().min(1),
  signatures: z.enum(['require', 'warn', 'off']),
});
const version = place.extend({ id: z.string().min(1) });
const offered = version.extend(proxySettings);
const agreed = version.extend({ commit: z.string().min(1) });

/** `service` is asked for at the first request: most sessions share nothing. `folders`: those that may be named. */
export function serveSharing(
  connection: Connection,
  service: () => Promise<ShareService>,
  folders: WindowFolders,
): void {
  const handle = answering(connection);
  const here = <Params extends ShareParams>(params: Params): Params => ({
    ...params,
    folder: folders.of(params.folder),
  });
  handle(Requests.shareList, async (params, signal) => (await service()).list(here(place.parse(params)), signal));
  handle(Requests.sharePublish, async (params, signal) =>
    (await service()).publish(here(version.parse(params)), signal),
  );
  handle(Requests.shareOffer, async (params, signal) => {
    const { folder, remote, signatures, id, ...proxy } = here(offered.parse(params));
    return (await service()).offer({ folder, remote, signatures, id }, signal, proxy);
  });
  handle(Requests.sharePull, async (params, signal) => (await service()).pull(here(agreed.parse(params)), signal));
}
