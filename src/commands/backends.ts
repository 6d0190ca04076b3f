import * as vscode from 'vscode';
import { Requests } from '../../server/protocol/index.ts';
import type { Session } from '../session.ts';
import { downloadBackend, gigabytes } from './downloading.ts';

/** CUDA's plug-in is larger than the whole package: downloaded by whoever has the card for it. */
export async function getCuda(session: Session): Promise<void> {
  const offer = await session.request(Requests.backendOffer, { backend: 'cuda' });
  if (offer.kind === 'none')
    throw new Error('There is no CUDA backend for this platform. Set repotune.device to vulkan or auto.');
  const size = gigabytes(offer.bytes);
  const question = offer.installed
    ? `The CUDA backend is already installed. Download it again (${size})?`
    : `Download the CUDA backend (${size})?`;
  const detail = `It comes from ${new URL(offer.url).host} and is checked by its hash. It needs ${offer.needs}.`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Download')) !== 'Download') return;
  const path = await downloadBackend(session, 'cuda', 'Downloading the CUDA backend');
  if (path !== undefined) await session.restart();
}
