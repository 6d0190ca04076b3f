import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { exportTarget, importSources } from '../adapterFiles.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { chosen } from './versions.ts';
import { working } from './working.ts';

const forms = [
  { label: 'PEFT', description: 'a folder with safetensors, for Python', form: 'peft' },
  { label: 'llama.cpp adapter', description: 'a GGUF file to load beside the base model', form: 'adapter' },
  { label: 'Merged model', description: 'base model and adapter in one GGUF file', form: 'merged' },
] as const;

/** Named as in the editor's own menus. */
const fileManagers: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'Reveal in File Explorer',
  darwin: 'Reveal in Finder',
};

/** Exports a version for other programs; what was written is test-loaded before it gets its final name. */
export async function exportAdapter(here: FolderSession, argument: unknown): Promise<void> {
  const adapter = await chosen(here, argument, 'Choose the adapter to export');
  const picked =
    adapter && (await vscode.window.showQuickPick(forms, { title: `Export ${adapter.name}${here.inName} as…` }));
  if (!adapter || !picked) return;
  const name = adapter.name.replace(/\.gguf$/, '').replace(/[^\w.-]+/g, '-') || 'adapter';
  const named = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(homedir(), picked.form === 'peft' ? name : `${name}.gguf`)),
    saveLabel: 'Export',
    ...(picked.form === 'peft' ? {} : { filters: { GGUF: ['gguf'] } }),
  });
  if (!named) return;
  const target = exportTarget(picked.form, named.fsPath, existsSync);
  const said = await working(`Repotune: exporting ${adapter.name}`, (token) =>
    here.exportAdapter({ adapterId: adapter.id, target, merged: picked.form === 'merged' }, token),
  );
  await tellOfFile(said, vscode.Uri.file(target));
}

/** Imports an adapter of the base in use from a GGUF file or a PEFT folder; it is stored inactive. */
export async function importAdapter(session: Session, here: FolderSession): Promise<void> {
  const kind = await vscode.window.showQuickPick(importSources, { title: `Import an adapter${here.inName} from…` });
  const [source] = (kind && (await vscode.window.showOpenDialog(kind.dialog))) ?? [];
  if (!source) return;
  const name = await vscode.window.showInputBox({
    title: `Name the imported adapter${here.inName}`,
    value:
      source.path
        .split('/')
        .at(-1)
        ?.replace(/\.gguf$/, '') ?? '',
    validateInput: (text) => (text.trim() === '' || text.length > 100 ? 'Enter 1 to 100 characters.' : null),
  });
  if (name === undefined) return;
  const said = await working(
    `Repotune: importing ${name.trim()}`,
    (token) => here.importAdapter({ source: source.fsPath, name: name.trim() }, token),
    {
      what: `Importing ${name.trim()}${here.inName}`,
      note: 'Nothing is lost if the Adapters tab has it by now.',
      command: 'repotune.importAdapter',
      folder: here.path,
    },
  );
  await session.refresh();
  void vscode.window.showInformationMessage(withoutLinks(said));
}

/** With a button that reveals the file; in a remote or browser window, which has no file manager of that machine, with its path. */
async function tellOfFile(said: string, file: vscode.Uri): Promise<void> {
  const local = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  const button = local ? (fileManagers[process.platform] ?? 'Open Containing Folder') : 'Copy Path';
  if ((await vscode.window.showInformationMessage(withoutLinks(said), button)) === undefined) return;
  if (local) await vscode.commands.executeCommand('revealFileInOS', file);
  else await vscode.env.clipboard.writeText(file.fsPath);
}
