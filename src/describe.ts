/** The words and icons for a state: pure, so that they are tested without an editor. */
import type { RepotuneState } from '../server/protocol.ts';
import type { TuneProgress } from '../server/tuning/types.ts';
import type { PanelState } from '../webview/messages.ts';

export function isRunning(run: TuneProgress): boolean {
  return run.stage !== 'done' && run.stage !== 'failed' && run.stage !== 'stopped';
}

/** 0 to 1: training is nearly all of a run's time, so steps alone tell it. */
export function progressShare(run: TuneProgress): number {
  return run.steps > 0 ? Math.min(1, run.step / run.steps) : 0;
}

export function progressLine(run: TuneProgress): string {
  const eta = run.etaSeconds === null ? '' : ` · ${duration(run.etaSeconds)} left`;
  return `${run.message}${eta}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: 'normal' | 'warning' | 'error';
}

/** The status item: what serves completions now, or what a run is doing. */
export function statusText(panel: PanelState): StatusText {
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
      return liveStatusText(panel.state);
  }
}

function liveStatusText(state: RepotuneState): StatusText {
  if (state.run && isRunning(state.run)) {
    const percent = Math.round(100 * progressShare(state.run));
    return {
      text: `$(sync~spin) Repotune: tuning ${percent} %`,
      tooltip: progressLine(state.run),
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
      tooltip: 'Completions are off. No model is running.',
      severity: 'normal',
    };
  if (state.engine.kind === 'starting')
    return { text: '$(loading~spin) Repotune', tooltip: 'The model is loading.', severity: 'normal' };
  return {
    text: `$(sparkle) Repotune: ${state.source}`,
    tooltip: `Completions come from ${servingName(state)}.`,
    severity: 'normal',
  };
}

/** What answers, in words: `the base seedling-code-8m (bundled, small)` or `adapter x on …`. */
export function servingName(state: RepotuneState): string {
  const base = state.base ? `${state.base.name}${state.base.bundled ? ' (bundled, small)' : ''}` : 'the base model';
  const adapter = state.adapters.find(({ active }) => active);
  return state.source === 'adapter' && adapter
    ? `the adapter ${adapter.name} on ${base}`
    : `the base model ${base} alone`;
}
