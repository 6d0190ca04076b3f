import * as vscode from 'vscode';
import { withoutLinks } from './plainText.ts';

/** Other extensions with inline suggestions: the editor shows only one, and not always ours. */
const others = [
  'github.copilot',
  'github.copilot-chat',
  'tabnine.tabnine-vscode',
  'codeium.codeium',
  'continue.continue',
  'ggml-org.llama-vscode',
  'sourcegraph.cody-ai',
  'supermaven.supermaven',
  'tabbyml.vscode-tabby',
];

const toldKey = 'toldOfOtherProvider';
/** The editor reports installed and removed extensions, but not activated ones: by then, most have been. */
const lookAgainAfterMs = 30_000;

/** Says, once ever, that another extension competes for the ghost text, now or once it is active. */
export function watchOtherProviders(memory: vscode.Memento): vscode.Disposable {
  const look = (): void => void tellOnce(memory);
  look();
  const timer = setTimeout(look, lookAgainAfterMs);
  return vscode.Disposable.from(vscode.extensions.onDidChange(look), { dispose: () => clearTimeout(timer) });
}

async function tellOnce(memory: vscode.Memento): Promise<void> {
  if (memory.get<boolean>(toldKey)) return;
  const active = others.map((id) => vscode.extensions.getExtension(id)).find((extension) => extension?.isActive);
  if (!active) return;
  await memory.update(toldKey, true);
  const name = String(active.packageJSON.displayName ?? active.id);
  const choice = await vscode.window.showInformationMessage(
    withoutLinks(
      `${name} offers inline suggestions too. The editor shows one suggestion at a time, so you may see ${name}'s instead of Repotune's.`,
    ),
    'Show Extension',
  );
  if (choice) await vscode.commands.executeCommand('workbench.extensions.search', active.id);
}
