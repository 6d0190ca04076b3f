import * as vscode from 'vscode';
import { type Preset, Requests, type StopParams } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { firstBase } from './firstBase.ts';
import type { PanelTabs } from './folder.ts';

const presets: readonly Preset[] = ['quick', 'balanced', 'thorough'];

/** What a tune starts from: the window with its panel, the folder, and what the user has answered before. */
export interface TuneFrom {
  readonly session: Session;
  readonly here: FolderSession;
  readonly memory: vscode.Memento;
  readonly panel: PanelTabs;
}

/** Starts a run and opens the panel that shows it; the progress notification names the folder. */
export async function tune(
  { session, here, memory, panel }: TuneFrom,
  how: { preset?: Preset; anyway?: true } = {},
): Promise<void> {
  if (here.path === null)
    throw new Error('Open the folder of a repository first: without one there is nothing to tune on.');
  const going = await firstBase(session, memory, how);
  if (going !== null) await start({ here, panel }, { ...how, ...going });
}

/** From the panel, with the preset chosen there; `anyway`: even if time is short. */
export function tunePreset(from: TuneFrom, argument: unknown, anyway = false): Promise<void> {
  const preset = presets.find((known) => known === argument);
  return tune(from, { ...(preset === undefined ? {} : { preset }), ...(anyway ? { anyway } : {}) });
}

/** Continues training the active adapter on what has changed since. */
export function continueTuning(from: Pick<TuneFrom, 'here' | 'panel'>): Promise<void> {
  return start(from, { continueFrom: 'active' });
}

/** `runId`: given by whatever shows that run; without it, the run that this window shows. */
export async function stopTuning(session: Session, runId: unknown): Promise<void> {
  const stopped = await session.request(Requests.stop, ofRun(session, runId));
  if (!stopped) await vscode.window.showInformationMessage('No tuning run is in progress.');
}

export function pauseTuning(session: Session, paused: boolean, runId: unknown): Promise<void> {
  return session.pause(paused, ofRun(session, runId));
}

/** The named run, else the one this window shows. */
function ofRun(session: Session, named: unknown): StopParams {
  const runId = typeof named === 'string' ? named : session.state?.run?.runId;
  return runId === undefined ? {} : { runId };
}

async function start(
  { here, panel }: Pick<TuneFrom, 'here' | 'panel'>,
  how: Parameters<FolderSession['tune']>[0],
): Promise<void> {
  const opening = vscode.commands.executeCommand('repotune.panel.focus');
  const answer = await here.tune(how);
  await opening;
  // A run may fail before there is a page that could have shown it.
  if (answer.kind === 'started') panel.show('Progress');
  else await vscode.window.showErrorMessage(withoutLinks(answer.message));
}
