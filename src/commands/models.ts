import * as vscode from 'vscode';
import { fileSize } from '../../server/common/format.ts';
import { type ModelChoice, type ModelChoices, Requests } from '../../server/protocol/index.ts';
import { withoutIcons, withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { downloadModel, proxySettings } from './downloading.ts';
import { offerPreparing } from './prepare.ts';
import { chooseBase, isUsed } from './useBase.ts';
import { working } from './working.ts';

const removeButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('trash'),
  tooltip: 'Delete this download',
};

const whyButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('info'),
  tooltip: 'Why this one is recommended',
};

interface Item extends vscode.QuickPickItem {
  readonly model?: ModelChoice;
  readonly browse?: boolean;
  readonly hub?: boolean;
}

/** What the user chose to do in the list. */
type Wish = { readonly kind: 'use'; readonly item: Item } | { readonly kind: 'remove'; readonly model: ModelChoice };

/** Lets the user choose a base model: one already here, one to download from the catalogue or elsewhere on the hub, or any GGUF file. */
export async function chooseModel(session: Session, memory: vscode.Memento): Promise<void> {
  const item = await pick(session);
  if (!item) return;
  const path = await pathOf(session, item);
  if (!path) return;
  if (item.model?.origin === 'bundled') return chooseBase(session, undefined);
  const used = isUsed(session, path);
  await chooseBase(session, path);
  // Not awaited: the notification may stay open, but the command has done its work.
  void used.then((isInUse) => (isInUse ? offerPreparing(session, memory) : undefined));
}

async function pathOf(session: Session, { browse, hub, model }: Item): Promise<string | undefined> {
  if (browse) return browseFile();
  if (hub) return fromHub(session);
  return model && (model.path ?? (await download(session, model)));
}

/** Shows the list again after each deletion. */
async function pick(session: Session): Promise<Item | undefined> {
  for (;;) {
    const choices = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Repotune: measuring what this machine can run' },
      () => session.request(Requests.models, {}),
    );
    const wish = await ask(choices);
    if (wish?.kind !== 'remove') return wish?.item;
    await remove(session, wish.model);
  }
}

/** Only asks: what fails after the answer is reported by the command, since what an event handler throws goes unseen. */
function ask(choices: ModelChoices): Promise<Wish | undefined> {
  const box = vscode.window.createQuickPick<Item>();
  box.title = 'Base Model';
  box.placeholder = choices.recommendation;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = itemsOf(choices);
  // The line above the list is too short for the whole explanation.
  box.buttons = [whyButton];
  box.onDidTriggerButton(() => void vscode.window.showInformationMessage(withoutLinks(choices.recommendation)));
  return new Promise((resolve) => {
    box.onDidAccept(() => {
      const [item] = box.selectedItems;
      resolve(item && { kind: 'use', item });
      box.hide();
    });
    box.onDidTriggerItemButton(({ item }) => {
      resolve(item.model && { kind: 'remove', model: item.model });
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function itemsOf({ models, diskUseBytes }: ModelChoices): Item[] {
  const section = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const here = models.filter(({ path }) => path !== null);
  const others = models.filter(({ path }) => path === null);
  return [
    section(`On this machine (downloads use ${fileSize(diskUseBytes)})`),
    ...here.map(itemOf),
    { label: '$(folder-opened) Another GGUF file…', browse: true },
    section('To download'),
    ...others.map(itemOf),
    { label: '$(cloud-download) Another model on Hugging Face…', hub: true },
  ];
}

function itemOf(model: ModelChoice): Item {
  const mark = model.current ? '$(check) ' : model.recommended ? '$(star-full) ' : '';
  return {
    model,
    label: `${mark}${withoutIcons(model.title)}`,
    description: [
      model.fileBytes > 0 ? fileSize(model.fileBytes) : '',
      model.partBytes > 0 ? `${fileSize(model.partBytes)} of it downloaded` : '',
      model.license,
      model.origin === 'ollama' ? 'from Ollama' : '',
      model.origin === 'file' ? withoutIcons(model.path ?? '') : '',
    ]
      .filter(Boolean)
      .join(' · '),
    detail: model.problem
      ? `$(warning) ${withoutIcons([model.problem, model.detail].filter(Boolean).join('; '))}`
      : `${model.recommended ? 'Recommended: ' : ''}${withoutIcons(model.detail)}`,
    buttons: model.origin === 'downloaded' || model.partBytes > 0 ? [removeButton] : [],
  };
}

async function browseFile(): Promise<string | undefined> {
  const files = await vscode.window.showOpenDialog({
    filters: { 'GGUF model': ['gguf'] },
    openLabel: 'Use as Base Model',
  });
  return files?.[0]?.fsPath;
}

/** Any GGUF file of a hub repository: shows the files with their sizes, and the licence, before one is downloaded. */
async function fromHub(session: Session): Promise<string | undefined> {
  const repository = await vscode.window.showInputBox({
    title: 'Base Model',
    prompt: 'Name or address of a Hugging Face repository with GGUF models',
    placeHolder: 'owner/name',
    ignoreFocusOut: true,
  });
  if (!repository) return undefined;
  const found = await working(`Looking up ${repository}`, (token) =>
    session.request(Requests.hubFiles, { repository, ...proxySettings() }, token),
  );
  if (found.kind === 'failed') throw new Error(found.message);
  const license = found.license || 'licence not stated';
  const chosen = await vscode.window.showQuickPick(
    found.files.map(({ id, file, bytes }) => ({ label: withoutIcons(file), description: fileSize(bytes), id })),
    { title: `${found.repository} (${license})`, placeHolder: 'Choose the file to download' },
  );
  return chosen && downloadModel(session, chosen.id, `Downloading ${chosen.label} (${license})`);
}

function download(session: Session, model: ModelChoice): Promise<string | undefined> {
  const title = `Downloading ${model.title}${model.license && ` (${model.license})`}`;
  return downloadModel(session, model.id, title);
}

async function remove(session: Session, model: ModelChoice): Promise<void> {
  const question =
    model.path === null
      ? `Delete the unfinished download of ${model.title} (${fileSize(model.partBytes)})?`
      : `Delete ${model.title} (${fileSize(model.fileBytes)})?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true }, 'Delete')) !== 'Delete') return;
  const answer = await session.request(Requests.removeModel, { id: model.id });
  if (answer.kind === 'failed') throw new Error(answer.message);
}
