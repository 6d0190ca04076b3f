import * as vscode from 'vscode';
import type { AdapterSummary } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutIcons, withoutLinks } from '../plainText.ts';
import { losses, measureAdapter } from './share.ts';
import { named } from './versions.ts';

/** Switches to the given adapter, or lets the user choose among this repository's. */
export async function chooseAdapter(here: FolderSession, argument: unknown): Promise<void> {
  const adapters = await here.someAdapters();
  if (typeof argument === 'string') return useVersion(here, argument, adapters);
  if (adapters.length === 1) return useVersion(here, adapters[0]!.id, adapters);
  const picked = await vscode.window.showQuickPick(adapters.map(toItem), {
    placeHolder: `Choose the adapter to use${here.inName}`,
  });
  if (picked) await useVersion(here, picked.id, adapters);
}

/** The button that measures a version here, and uses it if it passes. One that failed may have been measured while the machine was busy. */
const MEASURE: Readonly<Partial<Record<AdapterSummary['standing']['kind'], string>>> = {
  unmeasured: 'Measure and Use',
  failed: 'Measure Again',
};

/** Asks first if the gate objects: a version from elsewhere is measured here before it serves. */
async function useVersion(here: FolderSession, adapterId: string, adapters: readonly AdapterSummary[]): Promise<void> {
  const adapter = adapters.find(({ id }) => id === adapterId);
  if (adapter?.otherBase !== undefined) return await sayOtherBase(adapter.name, adapter.otherBase);
  const { kind, reason } = adapter?.standing ?? { kind: 'unjudged', reason: '' };
  if (kind === 'passed' || kind === 'unjudged') return here.use({ source: 'adapter', adapterId });
  const measure = MEASURE[kind];
  const buttons = measure === undefined ? ['Use Anyway'] : [measure, 'Use Anyway'];
  const answer = await vscode.window.showWarningMessage(
    `Use ${adapter?.name ?? adapterId}${here.inName}?`,
    { modal: true, detail: reason },
    ...buttons,
  );
  if (answer !== undefined && answer === measure) await measureAdapter(here, adapterId);
  if (answer === 'Use Anyway') await here.use({ source: 'adapter', adapterId, force: true });
}

/** Measured or used, it would do nothing before its base is chosen. */
async function sayOtherBase(name: string, base: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(
    withoutLinks(`${name} is for the base ${base}, which is not in use. Choose that base first.`),
    'Choose Base Model…',
  );
  if (chosen !== undefined) await vscode.commands.executeCommand('repotune.chooseModel');
}

/** With several folders it first names the folder: what a rollback leads to cannot be seen beforehand. */
export async function rollBack(here: FolderSession): Promise<void> {
  if (here.name !== null) {
    const detail = 'This switches back to what was active before: an earlier adapter or the base model.';
    const question = `Roll back${here.inName}?`;
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Roll Back')) === undefined) return;
  }
  await here.rollBack();
  const active = (await here.adapters()).find((adapter) => adapter.active);
  const now = active === undefined ? 'no adapter is active any more' : `${active.name} is active again`;
  void vscode.window.showInformationMessage(withoutLinks(`Rolled back: ${now}${here.inName}.`));
}

/** Deletes a version after asking: it cannot be restored. */
export async function removeAdapter(here: FolderSession, argument: unknown): Promise<void> {
  const adapter = await named(here, argument);
  const question = `Delete the adapter ${adapter.name} of ${new Date(adapter.createdAtMs).toLocaleString()}${here.inName}?`;
  const detail = adapter.active
    ? 'It is active now; the base model will take its place. This cannot be undone.'
    : 'This cannot be undone.';
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete');
  if (answer === 'Delete') await here.removeAdapter(adapter.id);
}

function toItem(adapter: AdapterSummary): vscode.QuickPickItem & { id: string } {
  return {
    id: adapter.id,
    label: `${adapter.active ? '$(check) ' : ''}${withoutIcons(adapter.name)}`,
    description: new Date(adapter.createdAtMs).toLocaleString(),
    detail: [losses(adapter), adapter.commit && `commit ${adapter.commit.slice(0, 8)}`].filter(Boolean).join(' · '),
  };
}
