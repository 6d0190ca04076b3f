import * as vscode from 'vscode';
import { megabytes } from '../../server/common/format.ts';
import { CLUSTER_DEVICES, type ClusterOffer } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutLinks } from '../plainText.ts';
import type { PanelTabs } from './folder.ts';
import { working } from './working.ts';

/** Packs the folder's training rows, asks before they leave the machine, and starts the run, which the panel then follows. */
export async function tuneOnCluster(here: FolderSession, panel: PanelTabs): Promise<void> {
  if (here.path === null)
    throw new Error('Open the folder of a repository first: without one there is nothing to tune on.');
  const known = ofUser<string>('cluster.address', '');
  const address = known || (await askForAddress());
  if (!address) return;
  const offer = await working(`Repotune: packing the rows${here.inName}`, (token) =>
    here.clusterOffer({ address, ...clusterSettings() }, token),
  );
  const { submission } = offer;
  if (!(await agrees(offer, here))) {
    await here.clusterDecline({ submission });
    return;
  }
  // Saved only now, and not as typed: it may not have been an address, or may have held a password.
  if (known === '') await keepAddress(offer.address);
  const opening = vscode.commands.executeCommand('repotune.panel.focus');
  const answer = await here.clusterSubmit({ submission, address: offer.address });
  await opening;
  if (answer.kind === 'started') return panel.show('Progress');
  await here.clusterDecline({ submission });
  await vscode.window.showErrorMessage(withoutLinks(answer.message));
}

async function askForAddress(): Promise<string | undefined> {
  const given = await vscode.window.showInputBox({
    title: "Address of the cluster's Ray dashboard",
    placeHolder: 'http://HOST:8265',
    ignoreFocusOut: true,
  });
  return given?.trim();
}

/** Saved in the user's settings, so that it is not asked for again. */
async function keepAddress(address: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('repotune');
  await settings.update('cluster.address', address, vscode.ConfigurationTarget.Global);
}

function clusterSettings() {
  const device = ofUser<string>('cluster.device', 'gpu');
  return {
    base: ofUser<string>('cluster.base', ''),
    device: CLUSTER_DEVICES.find((known) => known === device) ?? 'gpu',
    installed: ofUser<boolean>('cluster.installed', false),
  };
}

/** The user's own value: a workspace must not decide where code is sent. */
function ofUser<T>(name: string, otherwise: T): T {
  const found = vscode.workspace.getConfiguration('repotune').inspect<T>(name);
  return found?.globalValue ?? otherwise;
}

async function agrees(
  { address, newAddress, plain, base, files }: ClusterOffer,
  here: FolderSession,
): Promise<boolean> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const detail = [
    ...files.map(({ path, bytes: size, what }) => `${path} (${kilobytes(size)}): ${what}`),
    '',
    'Nothing else is sent: no held-out file, no file that git ignores, no line with a secret, no history, no names of people.',
    ...(newAddress ? [`Nothing has been sent to ${address} before.`] : []),
    ...(plain ? ['The connection is not encrypted: anyone on the way can read this.'] : []),
  ].join('\n');
  const question = `Send ${megabytes(bytes)}${here.inName} to ${address}, to tune ${base} there?`;
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Send');
  return answer === 'Send';
}

function kilobytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : megabytes(bytes);
}
