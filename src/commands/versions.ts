import * as vscode from 'vscode';
import type { AdapterSummary } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { lineageText } from '../lineage.ts';
import type { Pages } from '../pages.ts';
import { withoutIcons, withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { working } from './working.ts';

/** Gives a version another name; its id stays. */
export async function renameAdapter(here: FolderSession, argument: unknown): Promise<void> {
  const adapter = await chosen(here, argument, 'Choose the adapter to rename');
  if (!adapter) return;
  const name = await vscode.window.showInputBox({
    title: `Rename ${adapter.name}${here.inName}`,
    value: adapter.name,
    validateInput: (text) => (text.trim() === '' ? 'Enter a name.' : null),
  });
  if (name !== undefined && name !== adapter.name) await here.renameAdapter(adapter.id, name.trim());
}

/** Shows base, data set, settings, figures, author and date of the version and of those it was trained from. */
export async function showLineage(here: FolderSession, pages: Pages, argument: unknown): Promise<void> {
  const adapter = await chosen(here, argument, 'Choose the adapter to show');
  if (adapter) await pages.show(`Adapter ${adapter.name}`, lineageText(await here.lineage(adapter.id)));
}

/** Measures two versions on the same held-out files; the panel shows the outcome. The panel passes both ids, separated by a space. */
export async function compareAdapters(session: Session, here: FolderSession, argument: unknown): Promise<void> {
  const ids = typeof argument === 'string' ? argument.split(' ') : [];
  if (ids.length === 0 && (await here.someAdapters()).length === 1)
    throw new Error(
      `There is only one adapter${here.inName}. Tune again, or run "Repotune: Get Team Adapters…", to have another to compare it with.`,
    );
  if (ids[0] !== undefined && ids[0] === ids[1]) throw new Error('Choose two different adapters to compare.');
  const one = await chosen(here, ids[0], 'Choose the first adapter to compare');
  const other = one && (await chosen(here, ids[1], 'Choose the adapter to compare it with', one.id));
  if (!one || !other) return;
  const [first, second] = one.name === other.name ? [withTime(one), withTime(other)] : [one, other];
  await vscode.commands.executeCommand('repotune.panel.focus');
  const title = `Repotune: comparing ${first.name} and ${second.name}${here.inName} on held-out files, for a minute at most`;
  const compared = await working(
    title,
    (token, report) => here.compareAdapters(first, second, (message) => report({ message }), token),
    {
      what: `Comparing ${first.name} and ${second.name}${here.inName}`,
      command: 'repotune.compareAdapters',
      argument: `${first.id} ${second.id}`,
      folder: here.path,
    },
  );
  if (compared) await tellIfElsewhere(session, here, `the comparison of ${first.name} and ${second.name} is ready.`);
}

/** Versions of one repository mostly have its name. */
function withTime(adapter: AdapterSummary): AdapterSummary {
  return { ...adapter, name: `${adapter.name} of ${new Date(adapter.createdAtMs).toLocaleString()}` };
}

/** Half of the documents are completed by what serves now, half by a rival: assigned at random, but fixed for each document. */
export async function compareLive(here: FolderSession): Promise<void> {
  const [listed, { rivals }] = await Promise.all([here.adapters(), here.liveComparison()]);
  const adapters = listed.filter(({ id }) => rivals.includes(id));
  const base = { label: 'The base model', description: 'without an adapter', id: null };
  const items = [
    base,
    ...adapters.map(({ id, name, createdAtMs }) => ({ id, label: withoutIcons(name), description: when(createdAtMs) })),
  ];
  const rival = await vscode.window.showQuickPick(items, {
    title: `Live comparison${here.inName}: choose what completes half of your documents`,
  });
  if (rival) await here.startLiveComparison(rival.id, 0.5);
}

export async function endLive(here: FolderSession): Promise<void> {
  const { comparison } = await here.liveComparison();
  if (comparison === null) throw new Error(`No live comparison is running${here.inName}.`);
  await here.stopLiveComparison();
}

/** The panel may show another folder by now, and so not the result that was waited for. */
async function tellIfElsewhere(session: Session, here: FolderSession, message: string): Promise<void> {
  if (here.name === null || here.path === null || here.path === session.state?.folder?.path) return;
  const chosen = await vscode.window.showInformationMessage(withoutLinks(`${here.name}: ${message}`), 'Show');
  if (chosen) await vscode.commands.executeCommand('repotune.showFolder', here.path);
}

export async function chosen(
  here: FolderSession,
  id: unknown,
  placeHolder: string,
  except?: string,
): Promise<AdapterSummary | undefined> {
  if (typeof id === 'string') return await named(here, id);
  const adapters = (await here.someAdapters()).filter((adapter) => adapter.id !== except);
  const items = adapters.map((adapter) => ({
    adapter,
    label: withoutIcons(adapter.name),
    description: when(adapter.createdAtMs),
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: `${placeHolder}${here.inName}` }))?.adapter;
}

/** @throws where it was deleted since it was shown, in another window or on the command line */
export async function named(here: FolderSession, id: unknown): Promise<AdapterSummary> {
  const adapter = (await here.adapters()).find((one) => one.id === id);
  if (adapter === undefined)
    throw new Error(`There is no adapter ${id}${here.inName} any more: it was deleted meanwhile.`);
  return adapter;
}

function when(ms: number): string {
  return new Date(ms).toLocaleString();
}
