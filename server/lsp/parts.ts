import type { CompletionProvider } from '../completion/provider.ts';
import type { RepotuneState, TuneAnswer, TuneParams, UseParams } from '../protocol.ts';

/** What the connection hands its messages to. */
export interface Server {
  readonly provider: CompletionProvider;
  /** A document changed: what the rhythm of typing is learned from. */
  edited(): void;
  setFolders(uris: readonly string[]): void;
  /** `raw` is the `repotune` section, unchecked. */
  setSettings(raw: unknown): void;
  /** The client is ready for notifications. */
  start(): void;
  tune(params: TuneParams): Promise<TuneAnswer>;
  /** Whether something was running. */
  stop(): Promise<boolean>;
  state(): Promise<RepotuneState>;
  /** Rejects with a sentence for the user. */
  use(params: UseParams): Promise<RepotuneState>;
  dispose(): Promise<void>;
}
