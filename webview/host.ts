import type { FromPanel, PanelCommand, PanelState, ToPanel } from './messages.ts';

interface WebviewHost {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewHost;

const host = acquireVsCodeApi();

export function run(command: PanelCommand, argument?: string): void {
  host.postMessage(argument === undefined ? { type: 'run', command } : { type: 'run', command, argument });
}

/** Calls back with every state, the first one soon: the host answers `ready`. */
export function listen(onState: (panel: PanelState) => void): void {
  window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
    if (data.type === 'state') onState(data.panel);
  });
  host.postMessage({ type: 'ready' });
}

/** The one thing the panel remembers itself. */
export function rememberedTab(): string | null {
  const state = host.getState();
  return typeof state === 'object' && state !== null && 'tab' in state && typeof state.tab === 'string'
    ? state.tab
    : null;
}

export function rememberTab(tab: string): void {
  host.setState({ tab });
}
