/** The words and icons for a state: pure, so they can be tested without an editor. */
import { duration } from '../server/common/format.ts';
import type { RepotuneState, Routed, Silence } from '../server/protocol/index.ts';
import { isRunning, type TuneProgress } from '../server/protocol/tune.ts';
import type { PanelState } from '../webview/messages.ts';

/** 0 to 1: training takes nearly all of a run's time, so only steps count. */
export function progressShare(run: TuneProgress): number {
  return run.steps > 0 ? Math.min(1, run.step / run.steps) : 0;
}

export function progressLine(run: TuneProgress): string {
  const eta = run.etaSeconds === null ? '' : ` · ${duration(run.etaSeconds)} left`;
  return `${run.message}${eta}`;
}

/** A state's run as it is described: a paused run says so, and gives no time left. */
export function toldRun({ run, paused }: Pick<RepotuneState, 'run' | 'paused'>): TuneProgress | null {
  if (run === null || !paused || !isRunning(run)) return run;
  return { ...run, message: `Paused. ${run.message}`, etaSeconds: null };
}

/** Whether the user can pause or resume the run: not one on a cluster, nor one waiting for power. */
export function canBeHeld({ run, waitsForPower }: Pick<RepotuneState, 'run' | 'waitsForPower'>): boolean {
  return run !== null && isRunning(run) && run.cluster === undefined && waitsForPower !== true;
}

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** Suggestions are wanted here, and where one is missing the tooltip does not say why. */
  readonly isWanted?: boolean;
  readonly severity: 'normal' | 'warning' | 'error';
}

/** Why the active editor gets no suggestions. `view`: it shows what is not written there, such as the old side of a diff. */
export interface SilenceHere {
  readonly why: Exclude<Silence, 'off'> | 'view';
  readonly languageId: string;
}

/** What the server says of the active editor's document. */
export interface DocumentHere {
  /** null where suggestions are wanted. */
  readonly silence: SilenceHere | null;
  /** null where the folder's active adapter completes. */
  readonly routed: Routed | null;
}

/** The status item: what serves completions in the active editor's folder, or why nothing does in that editor, or what a run is doing. */
export function statusText(panel: PanelState, folder: string | null, document?: DocumentHere): StatusText {
  switch (panel.kind) {
    case 'untrusted':
      return {
        text: '$(shield) Repotune',
        tooltip: 'Repotune is off until you trust this folder.',
        severity: 'normal',
      };
    case 'starting':
      return { text: '$(loading~spin) Repotune', tooltip: 'Repotune is starting.', severity: 'normal' };
    case 'failed':
      return { text: '$(error) Repotune', tooltip: panel.message, severity: 'error' };
    case 'live':
      return liveStatusText(panel.state, folder, document);
  }
}

function liveStatusText(
  state: RepotuneState,
  folder: string | null,
  { silence, routed }: DocumentHere = { silence: null, routed: null },
): StatusText {
  const run = toldRun(state);
  if (run && isRunning(run) && !run.background) {
    return {
      text: state.paused
        ? `$(debug-pause) Repotune: paused at ${percentOf(run)}`
        : `$(sync~spin) Repotune: ${doingOf(run)}`,
      tooltip: withFolder(state, run.folder, progressLine(run)),
      severity: 'normal',
    };
  }
  if (state.engine.kind === 'failed')
    return { text: '$(error) Repotune', tooltip: state.engine.message, severity: 'error' };
  if (state.engine.kind === 'restarting')
    return { text: '$(warning) Repotune: restarting', tooltip: state.engine.message, severity: 'warning' };
  if (!state.completionsEnabled)
    return {
      text: '$(circle-slash) Repotune: off',
      tooltip: OFF,
      severity: 'normal',
    };
  if (state.engine.kind === 'starting')
    return { text: '$(loading~spin) Repotune', tooltip: 'The model is loading.', severity: 'normal' };
  if (silence !== null && silence.why !== 'view')
    return {
      text: '$(circle-slash) Repotune: off in this file',
      tooltip: `${silenceText(silence)}${keptUp(state)}`,
      severity: 'normal',
    };
  const { adapter } = routed ?? servedBy(state, folder);
  const here = silence === null ? '' : `${silenceText(silence)} `;
  const source = routed === null ? sourceText(state, folder) : routedText(state, routed);
  return {
    text: `$(sparkle) Repotune: ${adapter === null ? 'base' : 'adapter'}`,
    tooltip: `${here}${source}${keptUp(state)}`,
    isWanted: silence === null,
    severity: 'normal',
  };
}

/** Why, and what to do about it. */
function silenceText({ why, languageId }: SilenceHere): string {
  switch (why) {
    case 'languages':
      return `There are no suggestions in this file: the setting repotune.completions.languages turns them off for ${languageId}.`;
    case 'exclude':
      return 'There are no suggestions in this file: the setting repotune.completions.exclude names it. To have them, take the pattern out of that list, which holds those of files with secrets by default.';
    case 'view':
      return 'There are no suggestions in this view: Repotune suggests in files, in new documents and in the cells of notebooks.';
  }
}

function routedText(state: RepotuneState, { adapter, outside }: Routed): string {
  if (outside) return `Completions in this file, which is in no open folder, come from ${nameOf(state, adapter)}.`;
  return `Completions in this file come from ${nameOf(state, adapter)}, chosen for its folder or language.`;
}

const OFF = 'Completions are off, and no model is loaded for them.';

/** Where completions come from, as a sentence; what is wrong with the model is said elsewhere. `folder`: the chosen one if null. */
export function sourceText(state: RepotuneState, folder: string | null = null): string {
  if (!state.completionsEnabled) return OFF;
  if (state.engine.kind === 'failed') return 'There are no completions.';
  const serving = `Completions${inFolder(state, servedBy(state, folder).folder)} come from ${servingName(state, folder)}.`;
  return [serving, ...restingText(state, folder)].join(' ');
}

/** That the chosen folder's active adapter does not complete with this base. */
function restingText(state: RepotuneState, folder: string | null): string[] {
  if (folder !== null && folder !== state.folder?.path) return [];
  const { name, otherBase } = state.adapters.find(({ active }) => active) ?? {};
  if (otherBase === undefined) return [];
  return [`The active adapter ${name} belongs to another base, ${otherBase}, and completes once you choose that.`];
}

function percentOf(run: TuneProgress): string {
  return `${Math.round(100 * progressShare(run))} %`;
}

/** Only training has steps: before it there is no share of them, and after it they are all done. */
function doingOf(run: TuneProgress): string {
  if (run.stage === 'training') return `tuning ${percentOf(run)}`;
  return run.stage === 'evaluating' || run.stage === 'storing' ? 'evaluating' : 'tuning';
}

/** ` Keep tuned …`, if it is on. */
function keptUp({ keepTuned }: RepotuneState): string {
  return keepTuned?.on && keepTuned.text !== '' ? ` Keep tuned: ${keepTuned.text}.` : '';
}

/**
 * What answers, in words: `the base model seedling-code-8m (bundled, small) alone` or `the adapter x on …`. `folder`: the chosen one if
 * null.
 */
export function servingName(state: RepotuneState, folder: string | null = null): string {
  return nameOf(state, servedBy(state, folder).adapter);
}

function nameOf({ base }: RepotuneState, adapter: string | null): string {
  // It has no name before it was inspected, or if its file is missing.
  const name = base && `${base.name}${base.bundled ? ' (bundled, small)' : ''}`;
  if (adapter !== null) return `the adapter ${adapter} on ${name ?? 'the base model'}`;
  if (name === null) return 'the base model alone';
  return base?.prepared ? `the prepared base model ${name}` : `the base model ${name} alone`;
}

function servedBy(
  state: RepotuneState,
  folder: string | null,
): { readonly folder: string | null; readonly adapter: string | null } {
  const other = state.folders.find(({ path }) => path === folder && path !== state.folder?.path);
  if (other) return { folder: other.path, adapter: other.adapter };
  const active = state.source === 'adapter' ? state.adapters.find((adapter) => adapter.active) : undefined;
  return { folder: state.folder?.path ?? null, adapter: active?.name ?? null };
}

/** The folder's name if the window has several; with only one there is nothing to tell apart. */
export function folderName(state: Pick<RepotuneState, 'folders'> | null, folder: string | null): string | null {
  if (folder === null || state === null || state.folders.length < 2) return null;
  const known = state.folders.find(({ path }) => path === folder);
  return known?.name ?? folder.split(/[\\/]/).at(-1) ?? folder;
}

/** ` in app`, or nothing if the window has one folder. */
export function inFolder(state: Pick<RepotuneState, 'folders'>, folder: string | null): string {
  const name = folderName(state, folder);
  return name === null ? '' : ` in ${name}`;
}

function withFolder(state: RepotuneState, folder: string, text: string): string {
  const name = folderName(state, folder);
  return name === null ? text : `${name}: ${text}`;
}
