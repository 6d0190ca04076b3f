import type { FromPanel, PanelCommand, Question, ToPanel } from './messages.ts';

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

export function ask(question: Question): void {
  host.postMessage({ type: 'ask', question });
}

/** Calls back with every message, the first state soon: the host answers `ready` with it. */
export function listen(onMessage: (message: ToPanel) => void): void {
  window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => onMessage(data));
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
