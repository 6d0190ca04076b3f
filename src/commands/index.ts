import * as vscode from 'vscode';
import { Pages } from '../pages.ts';
import type { Session } from '../session.ts';
import { getCuda } from './backends.ts';
import { doctor } from './doctor.ts';
import { exportAdapter, importAdapter } from './interchange.ts';
import { chooseModel } from './models.ts';
import { routeAdapter } from './routes.ts';
import { getTeamAdapters, publishAdapter } from './share.ts';
import { chooseAdapter, removeAdapter, useBase } from './source.ts';
import { stopTuning, tune, tuneOn, tunePreset } from './tune.ts';
import { compareAdapters, compareLive, endLiveComparison, renameAdapter, showLineage } from './versions.ts';

type Handler = (argument?: unknown) => unknown;

/** Every command of the palette, one line each. A failure becomes one message, its details in the log; a cancel is none. */
export function registerCommands(session: Session, log: vscode.LogOutputChannel, version: string): vscode.Disposable {
  const pages = new Pages();
  const commands = {
    'repotune.tune': (folder) => tune(session, folder),
    'repotune.tunePreset': (preset) => tunePreset(session, preset),
    'repotune.tuneOn': () => tuneOn(session),
    'repotune.stop': () => stopTuning(session),
    'repotune.pause': () => session.pause(true),
    'repotune.resume': () => session.pause(false),
    'repotune.rollBack': () => session.rollBack(),
    'repotune.removeAdapter': (adapterId) => removeAdapter(session, adapterId),
    'repotune.renameAdapter': (adapterId) => renameAdapter(session, adapterId),
    'repotune.showLineage': (adapterId) => showLineage(session, pages, adapterId),
    'repotune.exportAdapter': (adapterId) => exportAdapter(session, adapterId),
    'repotune.importAdapter': () => importAdapter(session),
    'repotune.compareAdapters': (ids) => compareAdapters(session, ids),
    'repotune.compareLive': () => compareLive(session),
    'repotune.endLiveComparison': () => endLiveComparison(session),
    'repotune.routeAdapter': () => routeAdapter(session),
    'repotune.publishAdapter': (adapterId) => publishAdapter(session, adapterId),
    'repotune.getTeamAdapters': (id) => getTeamAdapters(session, id),
    'repotune.chooseModel': () => chooseModel(session),
    'repotune.getCuda': () => getCuda(session),
    'repotune.doctor': () => doctor(session, pages, version),
    'repotune.settings': () =>
      vscode.commands.executeCommand('workbench.action.openSettings', '@ext:repotune.repotune'),
    'repotune.toggleCompletions': toggleCompletions,
    'repotune.useBase': () => useBase(session),
    'repotune.useAdapter': (adapterId) => chooseAdapter(session, adapterId),
    'repotune.showLog': () => log.show(),
    'repotune.openPanel': () => vscode.commands.executeCommand('repotune.panel.focus'),
    'repotune.restart': () => session.restart(),
  } satisfies Record<string, Handler>;

  const registered = Object.entries<Handler>(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (argument?: unknown) => {
      try {
        return await run(argument);
      } catch (error) {
        if (error instanceof vscode.CancellationError) return undefined;
        const message = error instanceof Error ? error.message : String(error);
        log.error(`${id}: ${error instanceof Error ? (error.stack ?? message) : message}`);
        const chosen = await vscode.window.showErrorMessage(message, 'Show Log');
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
