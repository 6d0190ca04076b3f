import * as vscode from 'vscode';
import { messageOf } from '../../server/common/messageOf.ts';
import type { ActiveDocument } from '../activeDocument.ts';
import type { ChosenFolder } from '../chosenFolder.ts';
import type { FolderSession } from '../folderSession.ts';
import type { NextEdits } from '../nextEdit/nextEdits.ts';
import { Pages } from '../pages.ts';
import { withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { tuneOnCluster } from './cluster.ts';
import { doctor } from './doctor.ts';
import { getCuda } from './downloading.ts';
import { explainSilence } from './explain.ts';
import { chooseFolder, folderToTune, type PanelTabs, showFolder, showRun } from './folder.ts';
import { exportAdapter, importAdapter } from './interchange.ts';
import {
  forgetFile,
  forgetRecorded,
  forgetRecordedEdits,
  keepTuned,
  learnFileAgain,
  pauseLearning,
} from './learning.ts';
import { chooseModel } from './models.ts';
import { prepareBase } from './prepare.ts';
import { routeAdapter } from './routes.ts';
import { getTeamAdapters, publishAdapter } from './share.ts';
import { chooseAdapter, removeAdapter, rollBack } from './source.ts';
import { clearStatistics } from './statistics.ts';
import {
  continueRun,
  continueTuning,
  discardRun,
  pauseTuning,
  stopTuning,
  type TuneFrom,
  tune,
  tunePreset,
} from './tune.ts';
import { compareAdapters, compareLive, endLive, renameAdapter, showLineage } from './versions.ts';

/** `here`: the folder the caller names, else the one this window works on. */
type Handler = (argument: unknown, here: FolderSession) => unknown;

/** What the commands act on. */
export interface Commanded {
  readonly session: Session;
  readonly folder: ChosenFolder;
  readonly panel: PanelTabs;
  readonly nextEdits: NextEdits;
  readonly document: Pick<ActiveDocument, 'current'>;
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** Every command of the palette, one line each. A failure becomes one message, with details in the log; a cancellation shows nothing. */
export function registerCommands(
  { session, folder, panel, nextEdits, document, memory, log }: Commanded,
  version: string,
): vscode.Disposable {
  const pages = new Pages();
  const from = (here: FolderSession): TuneFrom => ({ session, here, memory, panel });
  const commands = {
    'repotune.chooseFolder': (path) => chooseFolder(session, folder, path),
    'repotune.showFolder': (path) => showFolder(folder, path),
    'repotune.showResult': (path) => showRun(folder, panel, 'Result', path),
    'repotune.showProgress': (path) => showRun(folder, panel, 'Progress', path),
    'repotune.tune': async (path, here) => {
      const where = typeof path === 'string' ? session.here(path) : await folderToTune(session, folder, here);
      if (where !== null) await tune(from(where));
    },
    'repotune.tunePreset': (preset, here) => tunePreset(from(here), preset),
    'repotune.tuneAnyway': (preset, here) => tunePreset(from(here), preset, true),
    'repotune.continueTuning': (_, here) => continueTuning(from(here)),
    'repotune.continueRun': (runId, here) => continueRun(from(here), runId),
    'repotune.discardRun': (runId, here) => discardRun(here, runId),
    'repotune.keepTuned': (wanted) => keepTuned(session, wanted),
    'repotune.pauseLearning': (asked, here) => pauseLearning(here, true, asked),
    'repotune.resumeLearning': (asked, here) => pauseLearning(here, false, asked),
    'repotune.forgetFile': (path, here) => forgetFile(session, here, path),
    'repotune.learnFileAgain': (path, here) => learnFileAgain(here, path),
    'repotune.forgetRecorded': (_, here) => forgetRecorded(here),
    'repotune.forgetRecordedEdits': (_, here) => forgetRecordedEdits(here),
    'repotune.clearStatistics': () => clearStatistics(session),
    'repotune.tuneOnCluster': (_, here) => tuneOnCluster(here, panel),
    'repotune.stop': (runId) => stopTuning(session, runId),
    'repotune.stopOrHide': (runId) => stopTuning(session, runId, true),
    'repotune.pause': (runId) => pauseTuning(session, true, runId),
    'repotune.resume': (runId) => pauseTuning(session, false, runId),
    'repotune.rollBack': (_, here) => rollBack(here),
    'repotune.removeAdapter': (adapterId, here) => removeAdapter(here, adapterId),
    'repotune.renameAdapter': (adapterId, here) => renameAdapter(here, adapterId),
    'repotune.showLineage': (adapterId, here) => showLineage(here, pages, adapterId),
    'repotune.exportAdapter': (adapterId, here) => exportAdapter(here, adapterId),
    'repotune.importAdapter': (_, here) => importAdapter(session, here),
    'repotune.compareAdapters': (ids, here) => compareAdapters(session, here, ids),
    'repotune.compareLive': (_, here) => compareLive(here),
    'repotune.endLiveComparison': (_, here) => endLive(here),
    'repotune.routeAdapter': (_, here) => routeAdapter(here),
    'repotune.publishAdapter': (adapterId, here) => publishAdapter(here, adapterId),
    'repotune.getTeamAdapters': (id, here) => getTeamAdapters(session, here, id),
    'repotune.chooseModel': () => chooseModel(session, memory),
    'repotune.prepareBase': () => prepareBase(session),
    'repotune.getCuda': () => getCuda(session),
    'repotune.doctor': (_, here) => doctor(here, pages, version),
    'repotune.explainSilence': () => explainSilence(session, document),
    'repotune.settings': () =>
      vscode.commands.executeCommand('workbench.action.openSettings', '@ext:repotune.repotune'),
    'repotune.toggleCompletions': toggleCompletions,
    'repotune.acceptNextEdit': () => nextEdits.accept(),
    'repotune.goToNextEdit': () => nextEdits.goTo(),
    'repotune.dismissNextEdit': () => nextEdits.dismiss(),
    'repotune.triggerNextEdit': () => nextEdits.trigger(),
    'repotune.useBase': (_, here) => here.use({ source: 'base' }),
    'repotune.useAdapter': (adapterId, here) => chooseAdapter(here, adapterId),
    'repotune.showLog': () => log.show(),
    'repotune.openPanel': () => vscode.commands.executeCommand('repotune.panel.focus'),
    'repotune.restart': () => session.restart(),
  } satisfies Record<string, Handler>;

  const registered = Object.entries<Handler>(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (argument?: unknown, named?: unknown) => {
      try {
        return await run(argument, session.here(named));
      } catch (error) {
        if (error instanceof vscode.CancellationError) return undefined;
        const message = messageOf(error);
        log.error(`${id}: ${error instanceof Error ? (error.stack ?? message) : message}`);
        const chosen = await vscode.window.showErrorMessage(withoutLinks(message), 'Show Log');
        if (chosen) log.show();
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(pages.register(), ...registered);
}

async function toggleCompletions(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('repotune');
  const enabled = settings.get<boolean>('completions.enabled', true);
  const scope = settings.inspect('completions.enabled')?.workspaceValue === undefined;
  const target = scope ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await settings.update('completions.enabled', !enabled, target);
}
