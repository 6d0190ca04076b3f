/** Client requests about the team's adapters. */
import { Notifications, type RequestHandlers } from '../protocol/index.ts';
import type { ShareService } from './service.ts';

type ShareRequests = Pick<RequestHandlers, 'shareList' | 'sharePublish' | 'shareOffer' | 'sharePull'>;

export interface ShareRequestDependencies {
  /** Created at the first request: most sessions share nothing. */
  service(): Promise<ShareService>;
  /** Path of the named folder of the window. @throws a sentence for the user. */
  folderOf(asked: string): string;
}

export function shareRequests({ service, folderOf }: ShareRequestDependencies): ShareRequests {
  const here = <Params extends { readonly folder: string }>(params: Params): Params => ({
    ...params,
    folder: folderOf(params.folder),
  });
  return {
    shareList: async (params, { signal }) => (await service()).list(here(params), signal),
    sharePublish: async (params, { signal, tell }) => {
      const { id: adapterId } = params;
      const onMessage = (message: string): void => tell(Notifications.shareProgress, { adapterId, message });
      return await (await service()).publish(here(params), signal, onMessage);
    },
    shareOffer: async (params, { signal }) => {
      const { folder, remote, signatures, id, ...proxy } = here(params);
      return (await service()).offer({ folder, remote, signatures, id }, signal, proxy);
    },
    sharePull: async (params, { signal }) => (await service()).pull(here(params), signal),
  };
}
