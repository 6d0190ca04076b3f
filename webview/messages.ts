/** Messages between the side panel and the extension host. The panel holds no state of its own but how it was left. */
import type { Report } from '../server/evaluation/report.ts';
import type {
  CompletionStatistics,
  LiveComparisonAnswer,
  RepotuneState,
  SharedAdapters,
  TunePreview,
} from '../server/protocol.ts';

/** What the panel draws. Everything in `live` comes from the server, so a reload loses nothing. */
export type PanelState =
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'live'; readonly state: RepotuneState };

/** Two versions measured on the same held-out files: in the report `tuned` is the first, `active` the second. */
export interface AdapterComparison {
  readonly first: string;
  readonly second: string;
  readonly report: Report;
}

/** What the panel asks for when a view that needs it comes into sight. */
export interface Answers {
  readonly preview: TunePreview;
  readonly statistics: CompletionStatistics;
  /** Of the last result's version. */
  readonly report: Report;
  readonly team: SharedAdapters;
  readonly live: LiveComparisonAnswer;
}

export type Question = keyof Answers;

export type Answer = {
  [Name in Question]:
    | { readonly type: 'answer'; readonly question: Name; readonly answer: Answers[Name] }
    | { readonly type: 'failure'; readonly question: Name; readonly message: string };
}[Question];

export type ToPanel =
  | { readonly type: 'state'; readonly panel: PanelState }
  /** `fresh`: no page had it yet, so it comes into view. */
  | { readonly type: 'compared'; readonly comparison: AdapterComparison; readonly fresh: boolean }
  | Answer;

/** Commands the panel may run: a closed list, since a webview must not reach every command of the editor. */
export const panelCommands = [
  'repotune.tune',
  'repotune.tunePreset',
  'repotune.stop',
  'repotune.pause',
  'repotune.resume',
  'repotune.rollBack',
  'repotune.routeAdapter',
  'repotune.tuneOn',
  'repotune.showLineage',
  'repotune.exportAdapter',
  'repotune.removeAdapter',
  'repotune.renameAdapter',
  'repotune.publishAdapter',
  'repotune.getTeamAdapters',
  'repotune.compareAdapters',
  'repotune.compareLive',
  'repotune.endLiveComparison',
  'repotune.chooseModel',
  'repotune.settings',
  'repotune.doctor',
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
  | { readonly type: 'ask'; readonly question: Question }
  | { readonly type: 'run'; readonly command: PanelCommand; readonly argument?: string };

const questions: readonly Question[] = ['preview', 'statistics', 'report', 'team', 'live'];

/** The panel's messages as the extension host takes them; null for anything else. */
export function readFromPanel(message: unknown): FromPanel | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  if (message.type === 'ready') return { type: 'ready' };
  if (message.type === 'ask' && 'question' in message) {
    const question = questions.find((known) => known === message.question);
    return question ? { type: 'ask', question } : null;
  }
  if (message.type !== 'run' || !('command' in message)) return null;
  const command = panelCommands.find((known) => known === message.command);
  if (!command) return null;
  const argument = 'argument' in message && typeof message.argument === 'string' ? message.argument : undefined;
  return argument === undefined ? { type: 'run', command } : { type: 'run', command, argument };
}
