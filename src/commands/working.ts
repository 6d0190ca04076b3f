import * as vscode from 'vscode';

type Report = (progress: { readonly message?: string; readonly increment?: number }) => void;

/** Work under the editor's progress notification, which can cancel it. */
export function working<T>(
  title: string,
  work: (token: vscode.CancellationToken, report: Report) => Thenable<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => work(token, (step) => progress.report(step)),
  );
}
