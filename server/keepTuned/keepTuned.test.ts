/** When an unrequested run starts, and when it is held. */
import { expect, test } from 'vitest';
import { IDLE_MS } from './conditions.ts';
import { started, world } from './testing.ts';

const MINUTE_MS = 60_000;

test('starts one run when nobody has typed for a while, and only one', async () => {
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

test.each([
  ['without a folder', null, /needs a folder/],
  ['without an adapter', { hasActive: false }, /needs an active adapter: tune on this repository first/],
  ['where learning is paused', { paused: true }, /learns nothing while learning is paused/],
])(
  'tells %s what only its user can change, though somebody types and the machine is busy',
  async (_where, facts, text) => {
    const { keeper, at, states } = world();
    const app = at.repositories.get('/app')!;
    at.repositories.clear();
    if (facts !== null) at.repositories.set('/app', { ...app, ...facts });
    at.machine = { ...at.machine, load: 1 };
    keeper.key();
    await keeper.look();
    expect(states.at(-1)?.text).toMatch(text);
    // Another folder may be kept up.
    at.repositories.set('/lib', app);
    await keeper.look();
    expect(states.at(-1)?.text).toMatch(/nobody has typed/);
  },
);

test('while there is too little to learn, that is said and not what the machine is busy with; git is asked every two minutes', async () => {
  const { keeper, pass, at, states } = world();
  const app = at.repositories.get('/app')!;
  let looks = 0;
  at.looksInto = async () => void looks++;
  at.repositories.set('/app', { ...app, commits: 3, edits: 5 });
  at.machine = { ...at.machine, onBattery: true };
  keeper.key();
  for (let checks = 0; checks < 6; checks++) await keeper.look();
  expect(states.at(-1)?.text).toBe(
    'waits until there is more to learn (so far 3 of 10 commits, or 5 of 40 recorded edits)',
  );
  expect(looks).toBe(1);
  at.repositories.set('/app', app);
  await pass(IDLE_MS);
  await keeper.look();
  expect(states.at(-1)?.text).toBe('waits for mains power');
});

test('asks for no folder before the client has told which are open', async () => {
  const { keeper, at, states, done } = world();
  at.foldersAreKnown = false;
  await keeper.look();
  expect([states.at(-1)?.text, done.logged]).toEqual(['', []]);
  at.foldersAreKnown = true;
  at.repositories.clear();
  await keeper.foldersChanged();
  expect(states.at(-1)?.text).toMatch(/needs a folder/);
});

test.each([
  ['after a check without them', false],
  ['while they are checked', true],
])('looks at the folders of a window as soon as they are known: %s', async (_when, meanwhile) => {
  const { keeper, at, states } = world();
  const app = at.repositories.get('/app')!;
  at.repositories.clear();
  const looking = keeper.look();
  if (!meanwhile) await looking;
  at.repositories.set('/app', { ...app, hasActive: false });
  await keeper.foldersChanged();
  await looking;
  expect(states.at(-1)?.text).toMatch(/needs an active adapter/);
});

test('tells a failure in one sentence', async () => {
  const { keeper, pass, at, done, states } = world();
  at.looksInto = () => Promise.reject(new Error('The disk is full.'));
  await pass(IDLE_MS);
  await keeper.look();
  expect(states.at(-1)?.text).toBe('failed: The disk is full');
  expect(done.logged).toEqual(['Keep tuned: failed: The disk is full.']);
});

test('a folder that cannot be looked into keeps no other from being kept up', async () => {
  const { keeper, pass, at, done, states } = world();
  const app = at.repositories.get('/app')!;
  at.repositories.set('/lib', { ...app, commits: 3 });
  at.repositories.delete('/app');
  at.repositories.set('/app', { ...app, commits: 3 });
  let looked = 0;
  at.looksInto = async () => {
    if (looked++ % 2 === 0) throw new Error('git refuses to work in /lib.');
  };
  await pass(IDLE_MS);
  await keeper.look();
  expect(states.at(-1)?.text).toBe('failed: git refuses to work in /lib');
  at.repositories.set('/app', app);
  await keeper.look();
  expect(done.started).toEqual(['/app']);
});

test('starts nothing while the user types, and reads at most once per half minute', async () => {
  const { keeper, pass, at, done } = world();
  for (let i = 0; i < 100; i++) {
    keeper.key();
    await pass(1000);
    await keeper.look();
  }
  expect(done.started).toEqual([]);
  expect(done.held.filter((held) => held)).toHaveLength(1);
  // One check of the other windows' keys per half minute, to notice when typing has ended.
  expect(at.reads).toBeLessThanOrEqual(100 / 30 + 1);
});

test.each([
  ['in this window', (made: ReturnType<typeof world>) => made.keeper.key()],
  ['in another window', (made: ReturnType<typeof world>) => made.keyElsewhere()],
])('a key %s holds the run at once, until half a minute after the last key', async (_, press) => {
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

test('a key that comes while the end of typing is looked for keeps the run held', async () => {
  const { keeper, pass, at, done } = await started();
  done.held.length = 0;
  keeper.key();
  at.readsKeys = () => {
    at.readsKeys = () => {};
    keeper.key();
  };
  await pass(30_000);
  expect(done.held).toEqual([true]);
  await pass(30_000);
  expect(done.held).toEqual([true, false]);
});

test('where it is off, a key is recorded for other windows alone, and turning it off forgets the last one', async () => {
  const { keeper, at, done } = world();
  at.on = false;
  keeper.key();
  expect(done).toMatchObject({ pressed: 0, pressedBeside: 1, held: [] });
  await keeper.changed(false);
  expect(done).toMatchObject({ forgotten: 1, pressed: 0 });
  at.on = true;
  await keeper.changed(true);
  expect(done).toMatchObject({ forgotten: 1, pressed: 1 });
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

test('waits while another window keeps its adapter tuned', async () => {
  const { keeper, pass, at, done, states } = world();
  at.turnIsTaken = true;
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toEqual([]);
  expect(states.at(-1)?.text).toMatch(/another window/);
});

test('starts nothing while a run that was asked for goes on', async () => {
  const { keeper, pass, at, done } = world();
  at.busy = true;
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toEqual([]);
});

test('turned on or off while a run that was asked for goes on, it says so at once', async () => {
  const { keeper, at, states } = world();
  at.on = false;
  await keeper.look();
  Object.assign(at, { busy: true, on: true });
  await keeper.changed(true);
  expect(states.at(-1)).toMatchObject({ on: true, text: expect.stringMatching(/^waits until/) });
  at.on = false;
  await keeper.changed(false);
  expect(states.at(-1)).toMatchObject({ on: false, text: '' });
});

test('starts in the folder that has enough to learn', async () => {
  const { keeper, pass, at, done } = world();
  const app = at.repositories.get('/app')!;
  at.repositories.set('/app', { ...app, commits: 2 });
  at.repositories.set('/lib', app);
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toEqual(['/lib']);
});

test('a key and an attempt that are dated in the future count as past', async () => {
  const { keeper, pass, at, done } = world();
  at.otherKeyMs = at.nowMs + 90 * MINUTE_MS;
  at.attempts.set('/app', { atMs: at.otherKeyMs, commit: '', version: '', failures: 0, editsUntilMs: 0 });
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

test('turning it off ends its run and clears its text', async () => {
  const { keeper, at, done, states } = await started();
  at.on = false;
  await keeper.changed(false);
  expect(done.ended).toBe(1);
  expect(states.at(-1)).toMatchObject({ on: false, text: '' });
  keeper.key();
  expect(done.pressed).toBe(0);
});

test('turned off while it looks, it says so at once', async () => {
  const { keeper, pass, at, states } = world();
  await keeper.look();
  await pass(IDLE_MS);
  const inside = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  at.looksInto = () => {
    inside.resolve();
    return goOn.promise;
  };
  const looking = keeper.look();
  await inside.promise;
  at.on = false;
  await keeper.changed(false);
  goOn.resolve();
  await looking;
  expect(states.at(-1)).toMatchObject({ on: false, text: '' });
});

test('logs a reason to wait only once', async () => {
  const { keeper, pass, at, done } = world();
  at.machine = { ...at.machine, load: 0.9 };
  await pass(IDLE_MS);
  for (let i = 0; i < 5; i++) await keeper.look();
  expect(done.logged.filter((line) => line.includes('processor'))).toHaveLength(1);
});

test.each<[string, (made: ReturnType<typeof world>) => Promise<void>]>([
  ['its window is closed', ({ keeper }) => keeper.dispose()],
  [
    'learning is paused',
    ({ keeper, at }) => {
      at.repositories.set('/app', { ...at.repositories.get('/app')!, paused: true });
      return keeper.changed(false);
    },
  ],
  [
    'a run that was asked for begins',
    async ({ at }) => {
      at.busy = true;
    },
  ],
])(
  'starts no run and gives the turn back when %s while it looks whether there is enough to learn',
  async (_, meanwhile) => {
    const made = world();
    const { keeper, pass, at, done } = made;
    await pass(IDLE_MS);
    let goOn = (): void => {};
    at.looksInto = () => new Promise<void>((resolve) => (goOn = resolve));
    const looking = keeper.look();
    await expect.poll(() => at.reads).toBeGreaterThanOrEqual(3);
    at.looksInto = async () => {};
    await meanwhile(made);
    goOn();
    await looking;
    expect(done.started).toEqual([]);
    expect(at.turnIsTaken).toBe(false);
    expect(at.attempts.size).toBe(0);
  },
);

test('disposing of it ends its run and gives the turn back', async () => {
  const { keeper, done, at } = await started();
  await keeper.dispose();
  expect([done.ended, at.turnIsTaken]).toEqual([1, false]);
});
