import { type Remembered, readRemembered } from './memory.ts';
import type { FromPanel, PanelCommand, Question, ToPanel } from './messages.ts';

interface WebviewHost {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewHost;

const host = acquireVsCodeApi();
let memory = readRemembered(host.getState());
/** Path of the folder the panel shows: questions and commands are about that one. */
let inView: string | null = null;

export function run(command: PanelCommand, argument?: string): void {
  host.postMessage({ type: 'run', command, ...(argument === undefined ? {} : { argument }), ...ofFolder() });
}

export function ask(question: Question): void {
  host.postMessage({ type: 'ask', question, ...ofFolder() });
}

export function showFolder(path: string | null): void {
  inView = path;
}

function ofFolder(): { readonly folder?: string } {
  return inView === null ? {} : { folder: inView };
}

/** Calls back with every message; the first state comes soon, as the host's answer to `ready`. */
export function listen(onMessage: (message: ToPanel) => void): void {
  window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => onMessage(data));
  host.postMessage({ type: 'ready' });
}

/** Kept by the editor, even across a reload. */
export function remembered(): Remembered {
  return memory;
}

export function remember(change: Partial<Remembered>): void {
  memory = { ...memory, ...change };
  host.setState(memory);
}
