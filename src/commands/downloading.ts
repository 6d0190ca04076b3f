import * as vscode from 'vscode';
import { type ModelAnswer, type ProxySettings, Requests, type RequestType } from '../../server/protocol/index.ts';
import type { Session } from '../session.ts';

/**
 * Runs a download under the editor's progress notification; its progress comes under `id`. The file's path, or nothing when it was
 * cancelled; rejects when it failed.
 */
async function downloading<Params extends object>(
  session: Session,
  id: string,
  type: RequestType<Params & ProxySettings, ModelAnswer>,
  params: NoInfer<Params>,
  title: string,
): Promise<string | undefined> {
  const answer = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      let percent = 0;
      const following = session.onDownload(({ id: of, doneBytes, totalBytes }) => {
        if (of !== id) return;
        const next = (100 * doneBytes) / Math.max(1, totalBytes);
        progress.report({ message: `${gigabytes(doneBytes)} of ${gigabytes(totalBytes)}`, increment: next - percent });
        percent = next;
      });
      try {
        return await session.request(type, { ...params, ...proxySettings() }, token);
      } finally {
        following.dispose();
      }
    },
  );
  if (answer.kind === 'failed') throw new Error(answer.message);
  return answer.kind === 'ready' ? answer.path : undefined;
}

/** `id`: of the catalogue, or `owner/name/file.gguf`. As every download. */
export function downloadModel(session: Session, id: string, title: string): Promise<string | undefined> {
  return downloading(session, id, Requests.getModel, { id }, title);
}

export function downloadBackend(session: Session, backend: string, title: string): Promise<string | undefined> {
  return downloading(session, backend, Requests.getBackend, { backend }, title);
}

/** The editor's own. */
export function proxySettings(): ProxySettings {
  const http = vscode.workspace.getConfiguration('http');
  const hosts = http.get<unknown>('noProxy');
  return { proxy: http.get<string>('proxy', ''), noProxy: Array.isArray(hosts) ? hosts.map(String) : [] };
}

export function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
