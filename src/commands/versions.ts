import * as vscode from 'vscode';
import type { AdapterSummary } from '../../server/protocol.ts';
import { lineageText } from '../lineage.ts';
import type { Pages } from '../pages.ts';
import type { Session } from '../session.ts';

/** Gives a version another name; its id stays. */
export async function renameAdapter(session: Session, argument: unknown): Promise<void> {
  const adapter = await chosen(session, argument, 'The adapter to rename');
  if (!adapter) return;
  const name = await vscode.window.showInputBox({
    title: `Rename ${adapter.name}`,
    value: adapter.name,
    validateInput: (text) => (text.trim() === '' ? 'A name, please.' : null),
  });
  if (name !== undefined && name !== adapter.name) await session.renameAdapter(adapter.id, name.trim());
}

/** Base, data set, settings, figures, who and when: of the version and of those it was trained on from. */
export async function showLineage(session: Session, pages: Pages, argument: unknown): Promise<void> {
  const adapter = await chosen(session, argument, 'The adapter to show');
  if (adapter) await pages.show(`Adapter ${adapter.name}`, lineageText(await session.lineage(adapter.id)));
}

/** Measures two versions on the same held-out files; the panel shows the outcome. From there: both ids, with a space between. */
export async function compareAdapters(session: Session, argument: unknown): Promise<void> {
  const ids = typeof argument === 'string' ? argument.split(' ') : [];
  if (ids[0] !== undefined && ids[0] === ids[1]) throw new Error('Choose two different adapters to compare.');
  const first = await chosen(session, ids[0], 'The first of two adapters');
  const second = first && (await chosen(session, ids[1], 'The adapter to compare it with', first.id));
  if (!first || !second) return;
  await vscode.commands.executeCommand('repotune.panel.focus');
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Repotune: comparing ${first.name} and ${second.name} on held-out files`,
      cancellable: true,
    },
    (_, token) => session.compareAdapters(first, second, token),
  );
}

/** Half of the documents are completed by what serves, half by another: by chance, and always the same for one document. */
export async function compareLive(session: Session): Promise<void> {
  const adapters = (session.state?.adapters ?? []).filter(({ active }) => !active);
  const base = { label: 'The base model', description: 'without an adapter', id: null };
  const items = [
    base,
    ...adapters.map(({ id, name, createdAtMs }) => ({ id, label: name, description: when(createdAtMs) })),
  ];
  const rival = await vscode.window.showQuickPick(items, {
    title: 'Compare while I work: half of the documents are completed by…',
  });
  if (rival) await session.startLiveComparison(rival.id, 0.5);
}

export function endLiveComparison(session: Session): Promise<void> {
  return session.stopLiveComparison();
}

export async function chosen(
  session: Session,
  id: unknown,
  placeHolder: string,
  except?: string,
): Promise<AdapterSummary | undefined> {
  const adapters = (session.state?.adapters ?? []).filter((adapter) => adapter.id !== except);
  if (typeof id === 'string') return adapters.find((adapter) => adapter.id === id);
  if (adapters.length === 0)
    throw new Error(
      except === undefined
        ? 'This repository has no adapter yet. Run "Repotune: Tune on This Repository" first.'
        : 'There is no second adapter to compare with.',
    );
  const items = adapters.map((adapter) => ({ adapter, label: adapter.name, description: when(adapter.createdAtMs) }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.adapter;
}

function when(ms: number): string {
  return new Date(ms).toLocaleString();
}
