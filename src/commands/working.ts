import * as vscode from 'vscode';
import { withoutLinks } from '../plainText.ts';

type Report = (progress: { readonly message?: string; readonly increment?: number }) => void;

/** Work under the editor's progress notification, which can cancel it. */
export function working<T>(
  title: string,
  work: (token: vscode.CancellationToken, report: Report) => Thenable<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true },
    (progress, token) =>
      work(token, ({ message, ...step }) =>
        progress.report(message === undefined ? step : { ...step, message: withoutLinks(message) }),
      ),
  );
}
