/** Messages between the side panel and the extension host. The panel's only own state is how it was left. */

import type {
  CompletionStatistics,
  LearningRecord,
  LiveComparisonAnswer,
  RepotuneState,
  SharedAdapters,
  TunePreview,
} from '../server/protocol/index.ts';
import type { Report } from '../server/protocol/report.ts';

/** What the panel draws. Everything in `live` comes from the server, so a reload loses nothing. */
export type PanelState =
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'live'; readonly state: RepotuneState };

/** Two versions measured on the same held-out files: in the report `tuned` is the first, `active` the second. */
export interface AdapterComparison {
  /** Path. */
  readonly folder: string | null;
  readonly first: string;
  readonly second: string;
  readonly report: Report;
}

/** What the panel requests when a view that needs it is shown. */
interface Answers {
  readonly preview: TunePreview;
  readonly statistics: CompletionStatistics;
  /** The report of the last result's version. */
  readonly report: Report;
  readonly team: SharedAdapters;
  readonly live: LiveComparisonAnswer;
  readonly learning: LearningRecord;
}

export type Question = keyof Answers;

/** `folder`: path of the folder asked about. */
export type Answer = {
  [Name in Question]:
    | {
        readonly type: 'answer';
        readonly question: Name;
        readonly folder: string | null;
        readonly answer: Answers[Name];
      }
    | { readonly type: 'failure'; readonly question: Name; readonly folder: string | null; readonly message: string };
}[Question];

/** The tabs that the extension host brings into view. */
export type ShownTab = 'Progress' | 'Result';

export type ToPanel =
  /**
   * `followsEditor`: the chosen folder is the active editor's. `asksToKeepTuned`: the user has not decided yet whether to keep adapters
   * tuned.
   */
  | {
      readonly type: 'state';
      readonly panel: PanelState;
      readonly followsEditor: boolean;
      readonly asksToKeepTuned: boolean;
    }
  /** Whether the active editor shows a file. */
  | { readonly type: 'editor'; readonly hasFile: boolean }
  /** `fresh`: not shown by any page yet, so it is brought into view. */
  | { readonly type: 'compared'; readonly comparison: AdapterComparison; readonly fresh: boolean }
  /** The user asked to see that tab. */
  | { readonly type: 'show'; readonly tab: ShownTab }
  | Answer;

/** Commands the panel may run: a closed list, since a webview must not reach every command of the editor. */
const panelCommands = [
  'repotune.chooseFolder',
  'repotune.tune',
  'repotune.tunePreset',
  'repotune.tuneAnyway',
  'repotune.stop',
  'repotune.pause',
  'repotune.resume',
  'repotune.rollBack',
  'repotune.routeAdapter',
  'repotune.continueTuning',
  'repotune.continueRun',
  'repotune.discardRun',
  'repotune.keepTuned',
  'repotune.pauseLearning',
  'repotune.resumeLearning',
  'repotune.forgetFile',
  'repotune.learnFileAgain',
  'repotune.forgetRecorded',
  'repotune.clearStatistics',
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
  'repotune.prepareBase',
  'repotune.settings',
  'repotune.doctor',
  'repotune.toggleCompletions',
  'repotune.useBase',
  'repotune.useAdapter',
  'repotune.showLog',
  'repotune.restart',
  'workbench.trust.manage',
  'vscode.openFolder',
] as const;

export type PanelCommand = (typeof panelCommands)[number];

/** `folder`: path of the folder in view, which a command or question is about even if another has been chosen meanwhile. */
export type FromPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'ask'; readonly question: Question; readonly folder?: string }
  | { readonly type: 'run'; readonly command: PanelCommand; readonly argument?: string; readonly folder?: string };

const questions: readonly Question[] = ['preview', 'statistics', 'report', 'team', 'live', 'learning'];

/** Validates a message from the panel; null for anything else. */
export function readFromPanel(message: unknown): FromPanel | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  if (message.type === 'ready') return { type: 'ready' };
  if (message.type === 'ask' && 'question' in message) {
    const question = questions.find((known) => known === message.question);
    return question ? { type: 'ask', question, ...textIn(message, 'folder') } : null;
  }
  if (message.type !== 'run' || !('command' in message)) return null;
  const command = panelCommands.find((known) => known === message.command);
  if (!command) return null;
  return { type: 'run', command, ...textIn(message, 'argument'), ...textIn(message, 'folder') };
}

function textIn(message: object, key: 'argument' | 'folder'): { readonly [Key in typeof key]?: string } {
  const value: unknown = Object.entries(message).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? { [key]: value } : {};
}
