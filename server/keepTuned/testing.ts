/** Common set-up for tests of keeping an adapter up. */
import type { KeepTunedState, TuneAnswer } from '../protocol/index.ts';
import { IDLE_MS, type LastAttempt, type MachineFacts } from './conditions.ts';
import { KeepTuned } from './keepTuned.ts';
import type { KeptRepository } from './learnable.ts';

/** A simulated machine and repository for tests to change, recording what is done there. */
export function world() {
  const at = {
    nowMs: 1e9,
    on: true,
    machine: { onBattery: false, warm: null, load: 0, freeBytes: 8e9, neededBytes: null } as Omit<
      MachineFacts,
      'nowMs' | 'lastKeyMs'
    >,
    repositories: new Map<string, KeptRepository>([
      [
        '/app',
        {
          paused: false,
          hasActive: true,
          compared: false,
          unfit: null,
          commits: 12,
          edits: 0,
          commit: 'a'.repeat(40),
          version: 'version-one',
          learnsEdits: false,
          editsUntilMs: 0,
          since: { commit: 'f'.repeat(40), editsUntilMs: 0 },
        },
      ],
    ]),
    attempts: new Map<string, LastAttempt>(),
    otherKeyMs: Number.NEGATIVE_INFINITY,
    foldersAreKnown: true,
    turnIsTaken: false,
    answer: (): TuneAnswer => ({ kind: 'started', runId: 'run-1' }),
    busy: false,
    diskIsFull: false,
    reads: 0,
    looksInto: async (): Promise<void> => {},
    /** While the last key in other windows is read. */
    readsKeys: (): void => {},
  };
  const done = {
    started: [] as string[],
    edits: [] as boolean[],
    held: [] as boolean[],
    ended: 0,
    logged: [] as string[],
    pressed: 0,
    pressedBeside: 0,
    forgotten: 0,
  };
  const states: KeepTunedState[] = [];
  let onOtherKey = (): void => {};
  let timer: { readonly atMs: number; readonly run: () => void } | null = null;
  const keeper = new KeepTuned({
    nowMs: () => at.nowMs,
    isOn: () => at.on,
    folders: () => (at.foldersAreKnown ? [...at.repositories.keys()] : null),
    machine: async () => {
      at.reads++;
      return at.machine;
    },
    warm: async () => at.machine.warm,
    isBusy: () => at.busy,
    standing: async (folder) => at.repositories.get(folder)!,
    repository: async (folder) => {
      at.reads++;
      await at.looksInto();
      return at.repositories.get(folder)!;
    },
    readAttempt: async (folder) => at.attempts.get(folder) ?? null,
    writeAttempt: async (folder, attempt) => {
      if (at.diskIsFull) throw new Error('ENOSPC');
      at.attempts.set(folder, attempt);
    },
    keys: {
      pressed: () => void done.pressed++,
      pressedBeside: () => void done.pressedBeside++,
      forget: () => void done.forgotten++,
      lastMs: async () => {
        at.reads++;
        const lastMs = at.otherKeyMs;
        await Promise.resolve();
        at.readsKeys();
        return lastMs;
      },
      watch: (onKey) => {
        onOtherKey = onKey;
      },
      unwatch: () => {
        onOtherKey = () => {};
      },
    },
    takeTurn: async () => {
      if (at.turnIsTaken) return null;
      at.turnIsTaken = true;
      return async () => {
        at.turnIsTaken = false;
      };
    },
    start: (folder, learnsEdits) => {
      done.started.push(folder);
      done.edits.push(learnsEdits);
      return at.answer();
    },
    setTyping: (typing) => void done.held.push(typing),
    endRuns: async () => void done.ended++,
    log: (line) => void done.logged.push(line),
    onState: (state) => void states.push(state),
    later: (ms, run) => {
      timer = { atMs: at.nowMs + ms, run };
      return () => {
        timer = null;
      };
    },
  });
  const pass = async (ms: number): Promise<void> => {
    at.nowMs += ms;
    while (timer !== null && timer.atMs <= at.nowMs) {
      const { run } = timer;
      timer = null;
      run();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
  };
  const keyElsewhere = (): void => {
    at.otherKeyMs = at.nowMs;
    onOtherKey();
  };
  return { at, done, states, keeper, pass, keyElsewhere };
}

/** With a run under way. */
export async function started(): Promise<ReturnType<typeof world>> {
  const made = world();
  await made.pass(IDLE_MS);
  await made.keeper.look();
  if (made.done.started.join() !== '/app') throw new Error(`Begun: ${made.done.started.join() || 'nothing'}.`);
  return made;
}
