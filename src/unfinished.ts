import * as vscode from 'vscode';
import { withoutLinks } from './plainText.ts';

/** Work that its user waits for under a notification, and that ends with the window. */
export interface Unfinished {
  /** What it does, e.g. `Measuring app`. */
  readonly what: string;
  /** What else to know if it is lost. */
  readonly note?: string;
  /** The command that does it again, of the window's palette. */
  readonly command: string;
  readonly argument?: string;
  /** Path of the folder it is about. */
  readonly folder?: string | null;
}

const key = 'unfinished';
let memory: vscode.Memento | null = null;
let underWay: readonly Unfinished[] = [];

/**
 * Says what the workspace's last window left unfinished, which would be lost without a word, and remembers what this one does. To be
 * disposed before the server is: what then fails ends with the window.
 */
export function followUnfinished(ofWorkspace: vscode.Memento): vscode.Disposable {
  const left = ofWorkspace.get<readonly Unfinished[]>(key) ?? [];
  memory = ofWorkspace;
  underWay = [];
  if (left.length > 0) keep();
  for (const one of left) void tell(one);
  return {
    dispose: () => {
      memory = null;
    },
  };
}

/** Runs `work`, which the next window tells of if this one ends meanwhile. */
export async function unfinishedUntil<T>(one: Unfinished, work: () => Thenable<T>): Promise<T> {
  underWay = [...underWay, one];
  keep();
  try {
    return await work();
  } finally {
    underWay = underWay.filter((other) => other !== one);
    keep();
  }
}

function keep(): void {
  void memory?.update(key, underWay.length === 0 ? undefined : underWay);
}

async function tell({ what, note = '', command, argument, folder }: Unfinished): Promise<void> {
  const message = `${what} did not finish: the window was closed or reloaded. ${note}`.trim();
  const chosen = await vscode.window.showWarningMessage(withoutLinks(message), 'Start Again');
  if (chosen !== undefined) await vscode.commands.executeCommand(command, argument, folder ?? undefined);
}
