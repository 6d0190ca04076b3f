import * as vscode from 'vscode';
import { fileSize } from '../../server/common/format.ts';
import { type ModelAnswer, type ProxySettings, Requests, type RequestType } from '../../server/protocol/index.ts';
import type { Session } from '../session.ts';
import { type Report, working } from './working.ts';

/**
 * Runs a download under the editor's progress notification, fed by the progress reported for `id`. Returns the file's path, or nothing if
 * it was cancelled; rejects if it failed.
 */
async function downloading<Params extends object>(
  session: Session,
  id: string,
  type: RequestType<Params & ProxySettings, ModelAnswer>,
  params: NoInfer<Params>,
  title: string,
  command: string,
): Promise<string | undefined> {
  const download = async (token: vscode.CancellationToken, report: Report): Promise<ModelAnswer> => {
    let percent = 0;
    const following = session.onDownload(({ id: of, doneBytes, totalBytes }) => {
      if (of !== id) return;
      // A download that cannot be resumed starts over, but the editor's bar only moves forward.
      const next = Math.max(percent, (100 * doneBytes) / Math.max(1, totalBytes));
      report({ message: `${fileSize(doneBytes)} of ${fileSize(totalBytes)}`, increment: next - percent });
      percent = next;
    });
    try {
      return await session.request(type, { ...params, ...proxySettings() }, token);
    } finally {
      following.dispose();
    }
  };
  const answer = await working(title, download, { what: title, note: 'What has arrived is kept.', command });
  if (answer.kind === 'failed') throw new Error(answer.message);
  return answer.kind === 'ready' ? answer.path : undefined;
}

/** `id`: from the catalogue, or `owner/name/file.gguf`. Returns and rejects as `downloading` does. */
export function downloadModel(session: Session, id: string, title: string): Promise<string | undefined> {
  return downloading(session, id, Requests.getModel, { id }, title, 'repotune.chooseModel');
}

function downloadBackend(session: Session, backend: string, title: string): Promise<string | undefined> {
  return downloading(session, backend, Requests.getBackend, { backend }, title, 'repotune.getCuda');
}

/** The editor's own proxy settings; its proxy may be meant for others than extensions. */
export function proxySettings(): ProxySettings {
  const http = vscode.workspace.getConfiguration('http');
  if (http.get('proxySupport') === 'off') return { proxy: '', noProxy: [] };
  const hosts = http.get<unknown>('noProxy');
  return { proxy: http.get<string>('proxy', ''), noProxy: Array.isArray(hosts) ? hosts.map(String) : [] };
}

/** The CUDA plug-in is larger than the whole package, so only those with the card for it download it. */
export async function getCuda(session: Session): Promise<void> {
  const offer = await session.request(Requests.backendOffer, { backend: 'cuda' });
  if (offer.kind === 'none')
    throw new Error('There is no CUDA backend for this platform. Set repotune.device to vulkan or auto.');
  const size = fileSize(offer.bytes);
  const question = offer.installed
    ? `The CUDA backend is already installed. Download it again (${size})?`
    : `Download the CUDA backend (${size})?`;
  const detail = `It comes from ${new URL(offer.url).host} and is checked by its hash. It needs ${offer.needs}.`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Download')) !== 'Download') return;
  const path = await downloadBackend(session, 'cuda', 'Downloading the CUDA backend');
  if (path !== undefined) await session.restart();
}
