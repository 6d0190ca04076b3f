import type { CompletionProvider } from '../completion/provider.ts';
import type { Offered } from '../completion/statistics/recorder.ts';
import type { Edit } from '../completion/statistics/survival.ts';
import type { LineEdit } from '../edits/lineEdit.ts';
import type { NextEdits } from '../nextEdit/service.ts';
import type { RepotuneState, RequestHandlers } from '../protocol/index.ts';

/** Suggestions and what becomes of them. */
export interface CompletionService {
  readonly provider: CompletionProvider;
  /** A document changed: the rhythm of typing, what becomes of suggestions, what other files see. */
  edited(uri: string, edit: Edit): void;
  opened(uri: string, languageId: string, text: string): void;
  closed(uri: string, text: string): void;
  offered(offer: Offered): void;
  /** Why nothing is suggested somewhere: for the log. */
  silent(uri: string, reason: string): void;
  /** The client says that a suggestion was taken. */
  accepted(id: string): void;
}

/** What the connection hands its messages to. */
export interface Server extends CompletionService {
  readonly nextEdits: Pick<NextEdits, 'ask' | 'shown' | 'partlyAccepted' | 'accepted' | 'rejected'>;
  /** A document is about to change: for what is made of edits themselves. */
  changing(uri: string, edit: () => LineEdit): void;
  readonly requests: RequestHandlers;
  setFolders(folders: readonly { readonly uri: string; readonly name: string }[]): void;
  /** Rejects with a sentence for the user. */
  chooseFolder(path: string): Promise<RepotuneState>;
  /** `raw` is the `repotune` section, unchecked. */
  setSettings(raw: unknown): void;
  /** Loads the model the settings name, if completions are on: the first suggestion waits for it. */
  load(): void;
  /** The client is ready for notifications. */
  start(): void;
  dispose(): Promise<void>;
}
