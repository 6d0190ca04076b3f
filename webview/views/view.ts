import type { RepotuneState } from '../../server/protocol/index.ts';

/** A part of the panel: created once, updated with every state. */
export interface View {
  readonly root: HTMLElement;
  update(state: RepotuneState): void;
}
