import * as vscode from 'vscode';
import { authorNote } from '../../server/common/authorNote.ts';
import { megabytes } from '../../server/common/format.ts';
import { isolated } from '../../server/common/isolated.ts';
import { noneShared } from '../../server/common/noneShared.ts';
import { shownAddress } from '../../server/common/shownAddress.ts';
import type {
  AdapterSummary,
  SharedAdapter,
  SharedAdapters,
  ShareOffer,
  ShareParams,
  SharePullParams,
} from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutIcons, withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { settingsIn } from '../settings.ts';
import { downloadModel, proxySettings } from './downloading.ts';
import { named } from './versions.ts';
import { working } from './working.ts';

/** Publishes one of this repository's adapters to the team's remote, after saying where it goes. */
export async function publishAdapter(here: FolderSession, id?: unknown): Promise<void> {
  const params = shareParams(here);
  const adapter = typeof id === 'string' ? await named(here, id) : await chooseOwn(await here.someAdapters(), here);
  if (!adapter) return;
  const detail = `It is pushed to the git remote ${shownAddress(params.remote)}. Anyone who can read that remote can read the adapter, which can contain traces of the code it was tuned on.`;
  const answer = await vscode.window.showWarningMessage(
    `Publish ${adapter.name}${here.inName}?`,
    { modal: true, detail },
    'Publish',
  );
  if (answer !== 'Publish') return;
  const where = await working('Repotune: publishing the adapter', (token, report) =>
    here.sharePublish({ ...params, id: adapter.id }, (message) => report({ message }), token),
  );
  void vscode.window.showInformationMessage(withoutLinks(where));
}

/** The adapters in the team's remote. */
export async function listTeamAdapters(here: FolderSession): Promise<SharedAdapters> {
  return await here.shareList(shareParams(here));
}

/** Downloads one of the team's adapters, inactive: the one named, else one chosen from the list. */
export async function getTeamAdapters(session: Session, here: FolderSession, named?: unknown): Promise<void> {
  const params = shareParams(here);
  const chosen = typeof named === 'string' ? named : await chooseShared(here, params);
  if (chosen === undefined) return;
  const asked = { ...params, id: chosen, ...proxySettings() };
  const offer = await working('Repotune: checking the adapter', (token) => here.shareOffer(asked, token));
  const taken = { ...params, id: chosen, commit: offer.commit };
  if (offer.adapter.here) return await tellHere(here, taken);
  if (!(await agrees(offer, here)) || !(await hasBase(session, offer))) return;
  const id = await working('Repotune: downloading the adapter', (token) => here.sharePull(taken, token));
  await session.refresh();
  await offerMeasuring(
    here,
    id,
    `${offer.adapter.set} was downloaded${here.inName} and is not active yet: its figures come from its author. Measure it on your own files, and activate it if it is better there?`,
  );
}

/** Nothing is downloaded then. @throws where another adapter has that id here, or the one here is damaged */
async function tellHere(here: FolderSession, taken: SharePullParams): Promise<void> {
  const id = await working('Repotune: checking the adapter', (token) => here.sharePull(taken, token));
  const { name, active, standing } = await named(here, id);
  const is = `${name} is here already${here.inName}, ${active ? 'and active' : 'and not active'}.`;
  if (active || standing.kind !== 'unmeasured') return void vscode.window.showInformationMessage(withoutLinks(is));
  await offerMeasuring(here, id, `${is} Measure it on your own files, and activate it if it is better there?`);
}

async function offerMeasuring(here: FolderSession, id: string, message: string): Promise<void> {
  const measure = await vscode.window.showInformationMessage(withoutLinks(message), 'Measure and Use');
  if (measure) await measureAdapter(here, id);
}

async function chooseShared(here: FolderSession, params: ShareParams): Promise<string | undefined> {
  const { adapters, unusable, warnings } = await working('Repotune: checking the remote', (token) =>
    here.shareList(params, token),
  );
  for (const warning of warnings) void vscode.window.showWarningMessage(withoutLinks(warning));
  if (adapters.length === 0) {
    void vscode.window.showInformationMessage(
      withoutLinks(noneShared(unusable, ` at ${shownAddress(params.remote)}${here.inName}`)),
    );
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(adapters.map(toItem), {
    placeHolder: `Choose an adapter from ${shownAddress(params.remote)}${here.inName}`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.id;
}

/** Measures a version on this clone's held-out files; if it passes, it becomes active. */
export async function measureAdapter(here: FolderSession, adapterId: string): Promise<void> {
  const { name } = await named(here, adapterId);
  const title = `Repotune: measuring ${name}${here.inName} on held-out files`;
  const { activated, reason } = await working(
    title,
    (token, report) => here.evaluate({ adapterId, activate: true }, (message) => report({ message }), token),
    { what: `Measuring ${name}${here.inName}`, command: 'repotune.useAdapter', argument: adapterId, folder: here.path },
  );
  if (activated) void vscode.window.showInformationMessage(withoutLinks(reason));
  else void vscode.window.showWarningMessage(withoutLinks(reason));
}

/** Downloads the base that the offered adapter needs, if the user agrees. Answers whether the base is here afterwards. */
async function hasBase(session: Session, { adapter, base }: ShareOffer): Promise<boolean> {
  if (base.kind === 'here') return true;
  if (base.kind === 'missing')
    throw new Error(
      `${adapter.set} needs the base ${adapter.baseName} (sha256 ${base.sha256}), which is not on this machine. Ask ${adapter.author} for that file, and choose it with "Repotune: Choose Base Model…".`,
    );
  const answer = await vscode.window.showWarningMessage(
    `${adapter.set} needs the base ${adapter.baseName}, which is not on this machine.`,
    { modal: true, ...(base.licenseNote === '' ? {} : { detail: base.licenseNote }) },
    `Download ${megabytes(base.bytes)}`,
  );
  if (answer === undefined) return false;
  const path = await downloadModel(session, base.id, 'Downloading the base');
  return path !== undefined;
}

function shareParams({ path }: FolderSession): ShareParams {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === path);
  if (!folder) throw new Error('Open a folder first: adapters are shared through its git remote.');
  const { remote, signatures } = settingsIn(folder.uri)['sharing'] as Pick<ShareParams, 'remote' | 'signatures'>;
  return { folder: folder.uri.fsPath, remote, signatures };
}

async function chooseOwn(
  adapters: readonly AdapterSummary[],
  here: FolderSession,
): Promise<AdapterSummary | undefined> {
  if (adapters.length === 1) return adapters[0];
  const items = adapters.map((adapter) => ({
    adapter,
    label: `${adapter.active ? '$(check) ' : ''}${withoutIcons(adapter.name)}`,
    description: new Date(adapter.createdAtMs).toLocaleString(),
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: `Choose the adapter to publish${here.inName}` }))
    ?.adapter;
}

async function agrees({ adapter, authorEmail, signature, warning }: ShareOffer, here: FolderSession): Promise<boolean> {
  const lines = [
    `${adapter.author} <${authorEmail}>${inBrackets(authorNote(adapter))}`,
    `Version ${adapter.id}`,
    `Base ${adapter.baseName}, ${megabytes(adapter.sizeBytes)}, ${losses(adapter)}`,
    ...(signature === '' ? [] : [`Signature: ${signature}`]),
    ...(warning === null ? [] : [warning]),
  ];
  const answer = await vscode.window.showWarningMessage(
    `Download ${adapter.set}${here.inName}?`,
    { modal: true, detail: lines.join('\n') },
    'Download',
  );
  return answer === 'Download';
}

function toItem(adapter: SharedAdapter): vscode.QuickPickItem & { id: string } {
  return {
    id: adapter.id,
    label: adapter.here ? `$(check) ${adapter.set}` : adapter.set,
    description: `${isolated(withoutIcons(adapter.author))}, ${new Date(adapter.createdAtMs).toLocaleString()}`,
    detail: [withoutIcons(adapter.baseName), losses(adapter), megabytes(adapter.sizeBytes), ...trust(adapter)].join(
      ' · ',
    ),
  };
}

/** Who vouches for it, as far as that was looked at. */
function trust(adapter: SharedAdapter): string[] {
  const { signature, here } = adapter;
  return [withoutIcons(signature), here ? '' : authorNote(adapter)].filter((words) => words !== '');
}

function inBrackets(note: string): string {
  return note === '' ? '' : ` (${note})`;
}

/** A version's measured losses, in a few words. */
export function losses({
  heldOutLossBase: base,
  heldOutLossTuned: tuned,
}: Pick<SharedAdapter, 'heldOutLossBase' | 'heldOutLossTuned'>): string {
  return base !== null && tuned !== null ? `held-out loss ${base.toFixed(3)} → ${tuned.toFixed(3)}` : 'not evaluated';
}
