import type { RepotuneState } from './state.ts';

/** What a window shows before anything about its folders is known. */
export const FIRST_STATE: RepotuneState = {
  folder: null,
  folders: [],
  engine: { kind: 'off', message: '' },
  base: null,
  adapters: [],
  source: 'base',
  completionsEnabled: true,
  run: null,
  paused: false,
  lastResult: null,
  commitsSinceTune: null,
};
