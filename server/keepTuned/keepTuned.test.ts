import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { KeepTunedState, TuneAnswer } from '../protocol/index.ts';
import { readAttempt, writeAttempt } from './attempts.ts';
import { ENOUGH_EDITS, IDLE_MS, type LastAttempt, type MachineFacts } from './conditions.ts';
import { KeepTuned, type KeptRepository } from './keepTuned.ts';
import { SharedKeys } from './sharedKeys.ts';

const MINUTE_MS = 60_000;

/** A machine and a repository that a test changes, and what is done there. */
function world() {
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
          unfit: null,
          commits: 12,
          edits: 0,
          commit: 'a'.repeat(40),
          learnsEdits: false,
          editsUntilMs: 0,
        },
      ],
    ]),
    attempts: new Map<string, LastAttempt>(),
    otherKeyMs: Number.NEGATIVE_INFINITY,
    turnIsTaken: false,
    answer: (): TuneAnswer => ({ kind: 'started', runId: 'run-1' }),
    busy: false,
    diskIsFull: false,
    reads: 0,
    looksInto: async (): Promise<void> => {},
  };
  const done = {
    started: [] as string[],
    edits: [] as boolean[],
    held: [] as boolean[],
    ended: 0,
    logged: [] as string[],
    pressed: 0,
  };
  const states: KeepTunedState[] = [];
  let onOtherKey = (): void => {};
  let timer: { readonly atMs: number; readonly run: () => void } | null = null;
  const keeper = new KeepTuned({
    nowMs: () => at.nowMs,
    isOn: () => at.on,
    folders: () => [...at.repositories.keys()],
    machine: async () => {
      at.reads++;
      return at.machine;
    },
    warm: async () => at.machine.warm,
    isBusy: () => at.busy,
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
      lastMs: async () => {
        at.reads++;
        return at.otherKeyMs;
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

async function started(): Promise<ReturnType<typeof world>> {
  const made = world();
  await made.pass(IDLE_MS);
  await made.keeper.look();
  expect(made.done.started).toEqual(['/app']);
  return made;
}

test('a run begins when nobody has typed for a while, and only one', async () => {
  const { keeper, pass, done, states, at } = world();
  await keeper.look();
  expect(states.at(-1)).toMatchObject({ on: true, running: false, text: expect.stringMatching(/nobody has typed/) });
  await pass(IDLE_MS);
  await keeper.look();
  await keeper.look();
  expect(done.started).toEqual(['/app']);
  expect(at.turnIsTaken).toBe(true);
  expect(states.at(-1)).toMatchObject({ running: true });
});

test('while one types nothing is read, and a key does no more than be heard', async () => {
  const { keeper, pass, at, done } = world();
  for (let i = 0; i < 100; i++) {
    keeper.key();
    await pass(1000);
    await keeper.look();
  }
  expect(done.started).toEqual([]);
  expect(done.held.filter((held) => held)).toHaveLength(1);
  // One look at the other windows' keys for each half minute, to know when typing has ended.
  expect(at.reads).toBeLessThanOrEqual(100 / 30 + 1);
});

test.each([
  ['in this window', (made: ReturnType<typeof world>) => made.keeper.key()],
  ['in another', (made: ReturnType<typeof world>) => made.keyElsewhere()],
])('at a key %s the run stands still at once, and goes on half a minute after the last', async (_, press) => {
  const made = await started();
  made.done.held.length = 0;
  press(made);
  expect(made.done.held).toEqual([true]);
  await made.pass(20_000);
  press(made);
  await made.pass(20_000);
  expect(made.done.held).toEqual([true]);
  await made.pass(10_000);
  expect(made.done.held).toEqual([true, false]);
});

test('a warm machine holds the run until it is cooler', async () => {
  const { keeper, at, done } = await started();
  at.machine = { ...at.machine, warm: { zone: 'cpu', celsius: 95 } };
  await keeper.look();
  expect(done.held.at(-1)).toBe(true);
  at.machine = { ...at.machine, warm: null };
  await keeper.look();
  expect(done.held.at(-1)).toBe(false);
});

test('another window keeps its adapter up: this one waits', async () => {
  const { keeper, pass, at, done, states } = world();
  at.turnIsTaken = true;
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toEqual([]);
  expect(states.at(-1)?.text).toMatch(/another window/);
});

test('a run that was asked for is not disturbed', async () => {
  const { keeper, pass, at, done } = world();
  at.busy = true;
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toEqual([]);
});

test('the folder is taken that has enough to learn', async () => {
  const { keeper, pass, at, done } = world();
  const app = at.repositories.get('/app')!;
  at.repositories.set('/app', { ...app, commits: 2 });
  at.repositories.set('/lib', app);
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toEqual(['/lib']);
});

test('an end is remembered, and what failed is tried again later and later', async () => {
  const { keeper, pass, at, done } = await started();
  await keeper.ended('another-run', { kind: 'failed', message: 'no' });
  expect(at.turnIsTaken).toBe(true);
  await keeper.ended('run-1', { kind: 'failed', message: 'The disk is full.' });
  expect(at.turnIsTaken).toBe(false);
  expect(at.attempts.get('/app')).toEqual({ atMs: at.nowMs, commit: 'a'.repeat(40), failures: 1, editsUntilMs: 0 });
  expect(done.logged.join('\n')).toContain('The disk is full.');
  await pass(20 * MINUTE_MS);
  await keeper.look();
  expect(done.started).toHaveLength(1);
  await pass(20 * MINUTE_MS);
  await keeper.look();
  expect(done.started).toHaveLength(2);
  await keeper.ended('run-1', { kind: 'done', result: { activated: false, reason: 'Kept: no better.' } });
  expect(at.attempts.get('/app')?.failures).toBe(0);
});

test('what cannot be written down is remembered all the same: a full disk is not tried again at once', async () => {
  const { keeper, pass, at, done } = await started();
  at.diskIsFull = true;
  for (let failures = 1; failures <= 3; failures++) {
    await keeper.ended('run-1', { kind: 'failed', message: 'The disk is full.' });
    await pass(MINUTE_MS);
    await keeper.look();
    expect(done.started).toHaveLength(failures);
    await pass(15 * MINUTE_MS * 2 ** failures);
    await keeper.look();
    expect(done.started).toHaveLength(failures + 1);
  }
  at.diskIsFull = false;
  await keeper.ended('run-1', { kind: 'failed', message: 'No.' });
  expect(at.attempts.get('/app')?.failures).toBe(4);
});

test('where the clock was ahead, its last key and attempt are of the past', async () => {
  const { keeper, pass, at, done } = world();
  at.otherKeyMs = at.nowMs + 90 * MINUTE_MS;
  at.attempts.set('/app', { atMs: at.otherKeyMs, commit: '', failures: 0, editsUntilMs: 0 });
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toEqual(['/app']);
  done.held.length = 0;
  keeper.key();
  await pass(20_000);
  keeper.key();
  await pass(20_000);
  expect(done.held).toEqual([true]);
  await pass(10_000);
  expect(done.held).toEqual([true, false]);
});

test.each([
  ['recorded edits are enough for a run, which learns them; they are not counted again', true, 700],
  ['edits that a run does not learn stay to be counted', false, 300],
])('%s', async (_, learnsEdits, editsUntilMs) => {
  const { keeper, pass, at, done } = world();
  const app = at.repositories.get('/app')!;
  const news = learnsEdits ? { commits: 2, edits: ENOUGH_EDITS } : { edits: 3 };
  at.repositories.set('/app', { ...app, ...news, learnsEdits, editsUntilMs: 700 });
  at.attempts.set('/app', { atMs: 0, commit: '', failures: 0, editsUntilMs: 300 });
  await pass(IDLE_MS);
  await keeper.look();
  expect(done).toMatchObject({ started: ['/app'], edits: [learnsEdits] });
  expect(done.logged.join('\n')).toContain(`${news.edits} recorded edits since the last time`);
  await keeper.ended('run-1', { kind: 'done', result: { activated: false, reason: 'Kept: no better.' } });
  expect(at.attempts.get('/app')).toMatchObject({ failures: 0, editsUntilMs });
});

test('a run that made way for typing was no attempt', async () => {
  const { keeper, pass, at, done } = await started();
  keeper.key();
  await keeper.ended('run-1', { kind: 'stopped', asked: false });
  expect(at.attempts.size).toBe(0);
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toHaveLength(2);
  // One that its user stopped was.
  await keeper.ended('run-1', { kind: 'stopped', asked: true });
  expect(at.attempts.get('/app')).toMatchObject({ failures: 0 });
});

test('a run that its user stopped is not begun again at once, also by one who was just typing', async () => {
  const { keeper, pass, at, done } = await started();
  keeper.key();
  await keeper.ended('run-1', { kind: 'stopped', asked: true });
  expect(at.attempts.get('/app')).toMatchObject({ failures: 0 });
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toHaveLength(1);
});

test.each<[string, () => TuneAnswer]>([
  ['is refused', () => ({ kind: 'refused', message: 'No.' })],
  [
    'finds no room for a process',
    () => {
      throw new Error('spawn ENOMEM');
    },
  ],
])('a run that %s is an attempt that failed', async (_, answer) => {
  const { keeper, pass, at } = world();
  at.answer = answer;
  await pass(IDLE_MS);
  await keeper.look();
  expect(at.attempts.get('/app')?.failures).toBe(1);
  expect(at.turnIsTaken).toBe(false);
});

test('turned off, it ends what goes on and says nothing more', async () => {
  const { keeper, at, done, states } = await started();
  at.on = false;
  await keeper.changed(false);
  expect(done.ended).toBe(1);
  expect(states.at(-1)).toMatchObject({ on: false, text: '' });
  keeper.key();
  expect(done.pressed).toBe(0);
});

test('why it waits is logged once for each reason', async () => {
  const { keeper, pass, at, done } = world();
  at.machine = { ...at.machine, load: 0.9 };
  await pass(IDLE_MS);
  for (let i = 0; i < 5; i++) await keeper.look();
  expect(done.logged.filter((line) => line.includes('processor'))).toHaveLength(1);
});

test.each<[string, (made: ReturnType<typeof world>) => Promise<void>]>([
  ['its window is closed', ({ keeper }) => keeper.dispose()],
  ['learning is paused', ({ keeper }) => keeper.changed(false)],
  [
    'a run that was asked for has begun',
    async ({ at }) => {
      at.busy = true;
    },
  ],
])(
  '%s while it looks whether there is enough to learn: no run begins, and the turn is given back',
  async (_, meanwhile) => {
    const made = world();
    const { keeper, pass, at, done } = made;
    await pass(IDLE_MS);
    let goOn = (): void => {};
    at.looksInto = () => new Promise<void>((resolve) => (goOn = resolve));
    const looking = keeper.look();
    await vi.waitFor(() => expect(at.reads).toBeGreaterThanOrEqual(3));
    await meanwhile(made);
    goOn();
    await looking;
    expect(done.started).toEqual([]);
    expect(at.turnIsTaken).toBe(false);
    expect(at.attempts.size).toBe(0);
  },
);

test('what it started ends with it', async () => {
  const { keeper, done, at } = await started();
  await keeper.dispose();
  expect([done.ended, at.turnIsTaken]).toEqual([1, false]);
});

test('keys of one window are heard in another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-keys-'));
  try {
    let nowMs = 1000;
    const [here, there] = [
      new SharedKeys(join(folder, 'data'), () => nowMs),
      new SharedKeys(join(folder, 'data'), Date.now),
    ];
    expect(await here.lastMs()).toBe(Number.NEGATIVE_INFINITY);
    there.pressed();
    await expect.poll(() => here.lastMs()).toBeGreaterThan(0);
    const onKey = vi.fn();
    here.watch(onKey);
    nowMs += 10_000;
    here.pressed();
    await expect.poll(() => onKey.mock.calls.length).toBeGreaterThan(0);
    here.unwatch();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what was tried last is known after a restart; a damaged file says nothing', async () => {
  const store = mkdtempSync(join(tmpdir(), 'repotune-attempt-'));
  try {
    expect(await readAttempt(store)).toBeNull();
    const attempt = { atMs: 5, commit: 'b'.repeat(40), failures: 2, editsUntilMs: 4 };
    await writeAttempt(store, attempt);
    expect(await readAttempt(store)).toEqual(attempt);
    // One of a version that knew no edits.
    writeFileSync(join(store, 'keep-tuned.json'), JSON.stringify({ ...attempt, editsUntilMs: undefined }));
    expect(await readAttempt(store)).toEqual({ ...attempt, editsUntilMs: 0 });
    await writeAttempt(store, { ...attempt, commit: '--output=/tmp/x' });
    expect(await readAttempt(store)).toBeNull();
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
});
