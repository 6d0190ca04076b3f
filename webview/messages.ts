/** Messages between the side panel and the extension host. The panel holds no state of its own but the tab in view. */
import type { RepotuneState } from '../server/protocol.ts';

/** What the panel draws. Everything in `live` comes from the server, so a reload loses nothing. */
export type PanelState =
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'live'; readonly state: RepotuneState };

export type ToPanel = { readonly type: 'state'; readonly panel: PanelState };

/** Commands the panel may run: a closed list, since a webview must not reach every command of the editor. */
export const panelCommands = [
  'repotune.tune',
  'repotune.stop',
  'repotune.toggleCompletions',
  'repotune.useBase',
  'repotune.useAdapter',
  'repotune.showLog',
  'repotune.restart',
  'workbench.trust.manage',
] as const;

export type PanelCommand = (typeof panelCommands)[number];

export type FromPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'run'; readonly command: PanelCommand; readonly argument?: string };

/** The panel's messages as the extension host takes them; null for anything else. */
export function readFromPanel(message: unknown): FromPanel | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  if (message.type === 'ready') return { type: 'ready' };
  if (message.type !== 'run' || !('command' in message)) return null;
  const command = panelCommands.find((known) => known === message.command);
  if (!command) return null;
  const argument = 'argument' in message && typeof message.argument === 'string' ? message.argument : undefined;
  return argument === undefined ? { type: 'run', command } : { type: 'run', command, argument };
}
