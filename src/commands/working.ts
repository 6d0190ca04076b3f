import * as vscode from 'vscode';
import { withoutLinks } from '../plainText.ts';
import { type Unfinished, unfinishedUntil } from '../unfinished.ts';

export type Report = (progress: { readonly message?: string; readonly increment?: number }) => void;

/** Work under the editor's progress notification, which can cancel it. `lost`: where the next window says so if this one ends meanwhile. */
export function working<T>(
  title: string,
  work: (token: vscode.CancellationToken, report: Report) => Thenable<T>,
  lost?: Unfinished,
): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => {
    const run = (): Thenable<T> =>
      work(token, ({ message, ...step }) =>
        progress.report(message === undefined ? step : { ...step, message: withoutLinks(message) }),
      );
    return lost === undefined ? run() : unfinishedUntil(lost, run);
  });
}
