import * as vscode from 'vscode';
import type { AdapterSummary, RouteParams, RoutePlace } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutIcons } from '../plainText.ts';
import { placesOf } from '../routePlaces.ts';

/** Gives a folder or language of the repository its own adapter, or undoes that. */
export async function routeAdapter(here: FolderSession): Promise<void> {
  const [{ routes, within }, adapters] = await Promise.all([here.routes(), here.adapters()]);
  const place = await choosePlace(here, within, routes, adapters);
  if (!place) return;
  const chosen = await chooseServing(adapters, place);
  if (!chosen) return;
  if (chosen.kind === 'none') await here.removeRoute(place);
  else await here.setRoute({ ...place, adapter: chosen.adapter });
}

async function choosePlace(
  folder: FolderSession,
  within: string,
  routes: readonly RouteParams[],
  adapters: readonly AdapterSummary[],
): Promise<RoutePlace | undefined> {
  const known = routes.map(({ adapter, ...place }) => ({
    label: withoutIcons(describe(place)),
    description: `uses ${withoutIcons(nameOf(adapter, adapters))}`,
    place,
  }));
  const here = placesHere(folder.path, within)
    .filter((place) => !routes.some(({ glob, language }) => glob === place.glob && language === place.language))
    .map((place) => ({ label: describe(place), description: 'from the active editor', place }));
  const other = { label: 'Other files…', description: 'a .gitignore pattern', place: null };
  const picked = await vscode.window.showQuickPick([...known, ...here, other], {
    title: `Choose which files${folder.inName} get another adapter`,
    placeHolder: 'The first match counts for a file; all other files use the active adapter',
  });
  if (!picked) return undefined;
  if (picked.place) return picked.place;
  const glob = await vscode.window.showInputBox({
    title: 'Which files? Enter a .gitignore pattern, from the top of the repository',
    placeHolder: 'services/pay/',
    validateInput: (text) => (text.trim() === '' ? 'Enter a pattern.' : null),
  });
  return glob === undefined ? undefined : { glob: glob.trim() };
}

/** The active editor's folder and language, if its file is in the folder worked on. */
function placesHere(path: string | null, within: string): RoutePlace[] {
  const document = vscode.window.activeTextEditor?.document;
  const folder = document && vscode.workspace.getWorkspaceFolder(document.uri);
  if (!document || folder?.uri.fsPath !== path) return [];
  const inFolder = vscode.workspace.asRelativePath(document.uri, false);
  return placesOf(within === '' ? inFolder : `${within}/${inFolder}`, document.languageId);
}

type Serving = { readonly kind: 'adapter'; readonly adapter: string | null } | { readonly kind: 'none' };

async function chooseServing(adapters: readonly AdapterSummary[], place: RoutePlace): Promise<Serving | undefined> {
  const items: (vscode.QuickPickItem & { readonly serving: Serving })[] = [
    ...adapters.map(({ id, name, createdAtMs }) => ({
      label: withoutIcons(name),
      description: new Date(createdAtMs).toLocaleString(),
      serving: { kind: 'adapter', adapter: id } as const,
    })),
    { label: 'The base model', description: 'without an adapter', serving: { kind: 'adapter', adapter: null } },
    { label: 'Same as all other files', description: 'removes this entry', serving: { kind: 'none' } },
  ];
  return (await vscode.window.showQuickPick(items, { title: `Choose the adapter for ${describe(place)}` }))?.serving;
}

function describe({ glob, language }: RoutePlace): string {
  const files = glob ?? 'all files';
  return language === undefined ? files : glob === undefined ? `${language} files` : `${language} in ${files}`;
}

function nameOf(adapter: string | null, adapters: readonly AdapterSummary[]): string {
  return adapter === null ? 'the base model' : (adapters.find(({ id }) => id === adapter)?.name ?? adapter);
}
