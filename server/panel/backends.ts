/** The GPU plug-ins offered in the panel. */
import { existsSync } from 'node:fs';
import { installBackend } from '../backends/install.ts';
import { downloadedBackendPath } from '../backends/plugIns.ts';
import { archiveUrl } from '../backends/registry.ts';
import { backendDownload } from '../common/backendCatalogue.ts';
import type { BackendOffer, ModelAnswer } from '../protocol/index.ts';
import type { ProxySettings } from '../protocol/models.ts';

export async function backendOffer(backend: string): Promise<BackendOffer> {
  const download = backendDownload(backend);
  if (download === null) return { kind: 'none' };
  const { bytes, needs } = download;
  const url = await archiveUrl(download);
  return { kind: 'offer', url, bytes, needs, installed: existsSync(downloadedBackendPath(download.backend)) };
}

export async function getBackend(
  backend: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
  proxy: ProxySettings,
): Promise<ModelAnswer> {
  const download = backendDownload(backend);
  if (download === null) return { kind: 'failed', message: `There is no ${backend} backend for this platform.` };
  const target = downloadedBackendPath(download.backend);
  const outcome = await installBackend(download, {
    url: await archiveUrl(download),
    target,
    onProgress,
    signal,
    ...proxy,
  });
  return outcome.kind === 'installed' ? { kind: 'ready', path: outcome.path } : outcome;
}
