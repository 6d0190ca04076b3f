import type { CompletionProvider } from '../completion/provider.ts';
import type { Offered } from '../completion/statistics/recorder.ts';
import type { Edit } from '../completion/statistics/survival.ts';
import type { LineEdit } from '../edits/lineEdit.ts';
import type { NextEdits } from '../nextEdit/service.ts';
import type { RepotuneState, RequestHandlers } from '../protocol/index.ts';

/** Suggestions and their outcomes. */
export interface CompletionService {
  readonly provider: CompletionProvider;
  /** A document changed: feeds the typing rhythm, the outcomes of suggestions and what other files see. */
  edited(uri: string, edit: Edit): void;
  opened(uri: string, languageId: string, text: string): void;
  /** The cursor rests there. `offset` in UTF-16 units. */
  rested(uri: string, languageId: string, text: string, offset: number): void;
  closed(uri: string, text: string): void;
  offered(offer: Offered): void;
  /** Logs why nothing is suggested somewhere. */
  silent(uri: string, reason: string): void;
  /** The client reports that a suggestion was accepted. */
  accepted(id: string): void;
}

/** What the connection dispatches its messages to. */
export interface Server extends CompletionService {
  readonly nextEdits: Pick<NextEdits, 'ask' | 'shown' | 'partlyAccepted' | 'accepted' | 'rejected'>;
  /** A document is about to change: for consumers of the edits themselves. `together`: at several places at once. */
  changing(uri: string, edit: () => LineEdit, together: boolean): void;
  readonly requests: RequestHandlers;
  /** Called at the handshake, even without folders, and when they change. */
  setFolders(folders: readonly { readonly uri: string; readonly name: string }[]): void;
  /** Rejects with a message for the user. */
  chooseFolder(path: string): Promise<RepotuneState>;
  /** `raw` is the `repotune` section, unchecked. */
  setSettings(raw: unknown): void;
  /** Loads the configured model if completions are on: the first suggestion waits for it. */
  load(): void;
  /** The client is ready for notifications. */
  start(): void;
  dispose(): Promise<void>;
}
