import * as vscode from 'vscode';
import { type Preset, Requests, type StopParams, type TuneAnswer } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { type StopQuestion, stopQuestion } from '../stopQuestion.ts';
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
  if (!(await startsAnew({ session, here, panel }))) return;
  const going = await firstBase(session, memory, how);
  if (going !== null) await start({ here, panel }, { ...how, ...going });
}

/** From the panel, with the preset chosen there; `anyway`: even if time is short. */
export function tunePreset(from: TuneFrom, argument: unknown, anyway = false): Promise<void> {
  const preset = presets.find((known) => known === argument);
  return tune(from, { ...(preset === undefined ? {} : { preset }), ...(anyway ? { anyway } : {}) });
}

/** Continues training the active adapter on what has changed since. */
export async function continueTuning(from: Pick<TuneFrom, 'session' | 'here' | 'panel'>): Promise<void> {
  if (await startsAnew(from)) await start(from, { continueFrom: 'active' });
}

/** False where a run was interrupted, and goes on instead, or nothing is wanted. */
async function startsAnew(from: Pick<TuneFrom, 'session' | 'here' | 'panel'>): Promise<boolean> {
  const { session, here } = from;
  const interrupted = session.state?.run;
  if (!interrupted?.resumable || interrupted.folder !== here.path) return true;
  const { step, steps, runId } = interrupted;
  const chosen = await vscode.window.showInformationMessage(
    `A tune of ${here.name ?? 'this repository'} was interrupted at step ${step} of ${steps}. A new one replaces it.`,
    { modal: true },
    'Continue',
    'Start Anew',
  );
  if (chosen === 'Continue') await continueRun(from, runId);
  return chosen === 'Start Anew';
}

/** Goes on with a run that was interrupted. */
export async function continueRun(from: Pick<TuneFrom, 'here' | 'panel'>, runId: unknown): Promise<void> {
  if (typeof runId === 'string') await show(from, () => from.here.continueRun(runId));
}

export async function discardRun(here: FolderSession, runId: unknown): Promise<void> {
  if (typeof runId !== 'string') return;
  const message = `Discard the interrupted tune${here.inName}?`;
  const detail = 'What it has learned so far is deleted. Adapters are not touched.';
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, 'Discard');
  if (chosen === 'Discard') await here.discardRun(runId);
}

/**
 * `named`: given by whatever shows that run; without it, the run that this window shows. Asks first where much would be lost.
 * `byNotification`: pressed in the run's own, which is gone by then.
 */
export async function stopTuning(session: Session, named: unknown, byNotification = false): Promise<void> {
  const run = ofRun(session, named);
  const question = session.state && stopQuestion(session.state, run.runId, Date.now(), byNotification);
  const answer = question === null ? 'Stop Tuning' : await answerOf(question);
  if (answer === 'Pause') await session.pause(true, run);
  if (answer !== 'Stop Tuning') return;
  const stopped = await session.request(Requests.stop, run);
  if (!stopped) await vscode.window.showInformationMessage('No tuning run is in progress.');
}

async function answerOf({ message, detail, mayPause, goOn }: StopQuestion): Promise<string | undefined> {
  const answers = ['Stop Tuning', ...(mayPause ? ['Pause'] : [])].map((title) => ({ title }));
  const close = { title: goOn, isCloseAffordance: true };
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...answers, close);
  return chosen?.title;
}

export function pauseTuning(session: Session, paused: boolean, runId: unknown): Promise<void> {
  return session.pause(paused, ofRun(session, runId));
}

/** The named run, else the one this window shows. */
function ofRun(session: Session, named: unknown): StopParams {
  const runId = typeof named === 'string' ? named : session.state?.run?.runId;
  return runId === undefined ? {} : { runId };
}

function start(from: Pick<TuneFrom, 'here' | 'panel'>, how: Parameters<FolderSession['tune']>[0]): Promise<void> {
  return show(from, () => from.here.tune(how));
}

/** Opens the panel that shows the run. */
async function show({ panel }: Pick<TuneFrom, 'panel'>, begin: () => Promise<TuneAnswer>): Promise<void> {
  const opening = vscode.commands.executeCommand('repotune.panel.focus');
  const answer = await begin();
  await opening;
  // A run may fail before there is a page that could have shown it.
  if (answer.kind === 'started') panel.show('Progress');
  else await vscode.window.showErrorMessage(withoutLinks(answer.message));
}
