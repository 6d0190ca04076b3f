import * as vscode from 'vscode';
import type { Session } from '../session.ts';

const scheme = 'repotune-doctor';
const address = vscode.Uri.parse(`${scheme}:Repotune Doctor.txt`);

/** The last report as a read-only document: nothing to save, nothing to be asked about at closing. */
export class DoctorReports implements vscode.TextDocumentContentProvider {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  #text = '';

  register(): vscode.Disposable {
    return vscode.Disposable.from(vscode.workspace.registerTextDocumentContentProvider(scheme, this), this.#changed);
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async show(text: string): Promise<void> {
    this.#text = text;
    this.#changed.fire(address);
    const document = await vscode.workspace.openTextDocument(address);
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

/** The doctor's report in an editor, and one button that copies it. */
export async function doctor(session: Session, reports: DoctorReports, extensionVersion: string): Promise<void> {
  const report = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Repotune: examining', cancellable: true },
    (_, token) => session.doctor(token),
  );
  const text = `Repotune ${extensionVersion}, VS Code ${vscode.version}, ${vscode.env.remoteName ?? 'local'}\n\n${report}`;
  await reports.show(text);
  const chosen = await vscode.window.showInformationMessage('The report holds nothing of your code.', 'Copy Report');
  if (chosen) await vscode.env.clipboard.writeText(text);
}
