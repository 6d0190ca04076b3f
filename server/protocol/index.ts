/** What the language server and its clients say to each other, by subject. Imported by `src/` and, as types alone, by `webview/`. */
export type * from './adapters.ts';
export type * from './cluster.ts';
export { CLUSTER_DEVICES } from './cluster.ts';
export type * from './folders.ts';
export type * from './liveComparison.ts';
export type * from './message.ts';
export type * from './models.ts';
export type * from './nextEdit.ts';
export { NEXT_EDIT_CAPABILITY, NextEditMessages } from './nextEdit.ts';
export type * from './preview.ts';
export type * from './requests.ts';
export { Notifications, Requests, ServerCommands } from './requests.ts';
export type * from './settings.ts';
export { SETTINGS_VARIABLE } from './settings.ts';
export type * from './sharing.ts';
export type * from './state.ts';
export type { CompletionStatistics } from './statistics.ts';
export type * from './tune.ts';
