/** What is recorded about a run, and which runs count as attempts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TuneAnswer } from '../protocol/index.ts';
import { readAttempt, writeAttempt } from './attempts.ts';
import { ENOUGH_EDITS, IDLE_MS } from './conditions.ts';
import type { KeptEnd } from './runEnd.ts';
import { started, world } from './testing.ts';

const MINUTE_MS = 60_000;

async function isStartedAgainAfterAPause({ keeper, pass, done }: ReturnType<typeof world>): Promise<void> {
  await pass(20 * MINUTE_MS);
  await keeper.look();
  expect(done.started).toHaveLength(1);
  await pass(20 * MINUTE_MS);
  await keeper.look();
  expect(done.started).toHaveLength(2);
}

test('a failed run is retried only after a pause, with what had been tried before it, and a finished one resets the failures', async () => {
  const here = await started();
  const { keeper, at, done } = here;
  await keeper.ended('another-run', { kind: 'failed', message: 'no' });
  expect(at.turnIsTaken).toBe(true);
  await keeper.ended('run-1', { kind: 'failed', message: 'The disk is full.' });
  expect(at.turnIsTaken).toBe(false);
  const { since, version } = at.repositories.get('/app')!;
  expect(at.attempts.get('/app')).toEqual({ ...since, version, atMs: at.nowMs, failures: 1 });
  expect(done.logged.join('\n')).toContain('The disk is full.');
  await isStartedAgainAfterAPause(here);
  await keeper.ended('run-1', { kind: 'done', result: { activated: false, reason: 'Kept: no better.' } });
  expect(at.attempts.get('/app')).toMatchObject({ commit: 'a'.repeat(40), failures: 0 });
});

test('failures that a full disk keeps from being recorded lengthen the pause all the same', async () => {
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

test.each([
  ['recorded edits that a run learns are not counted again', true, 700],
  ['recorded edits that a run does not learn are counted again', false, 300],
])('%s', async (_, learnsEdits, editsUntilMs) => {
  const { keeper, pass, at, done } = world();
  const app = at.repositories.get('/app')!;
  const news = learnsEdits ? { commits: 2, edits: ENOUGH_EDITS } : { edits: 3 };
  at.repositories.set('/app', { ...app, ...news, learnsEdits, editsUntilMs: 700 });
  at.attempts.set('/app', { atMs: 0, commit: '', version: '', failures: 0, editsUntilMs: 300 });
  await pass(IDLE_MS);
  await keeper.look();
  expect(done).toMatchObject({ started: ['/app'], edits: [learnsEdits] });
  expect(done.logged.join('\n')).toContain(`${news.edits} recorded edits since the last time`);
  await keeper.ended('run-1', { kind: 'done', result: { activated: false, reason: 'Kept: no better.' } });
  expect(at.attempts.get('/app')).toMatchObject({ failures: 0, editsUntilMs });
});

test('a run that made way for typing does not count as an attempt', async () => {
  const { keeper, pass, at, done } = await started();
  keeper.key();
  await keeper.ended('run-1', { kind: 'stopped', madeWay: true });
  expect(at.attempts.size).toBe(0);
  await pass(IDLE_MS);
  await keeper.look();
  expect(done.started).toHaveLength(2);
  // A run stopped by its user counts.
  await keeper.ended('run-1', { kind: 'stopped', madeWay: false });
  expect(at.attempts.get('/app')).toMatchObject({ failures: 0 });
});

test('a run that made way for another one is tried again after the usual pause, with what had been tried before it', async () => {
  const here = await started();
  const { keeper, at } = here;
  await keeper.ended('run-1', { kind: 'stopped', madeWay: true });
  const { since, version } = at.repositories.get('/app')!;
  expect(at.attempts.get('/app')).toEqual({ ...since, version, atMs: at.nowMs, failures: 0 });
  await isStartedAgainAfterAPause(here);
});

test('a run that its user stopped just after typing is not restarted at once', async () => {
  const { keeper, pass, at, done } = await started();
  keeper.key();
  await keeper.ended('run-1', { kind: 'stopped', madeWay: false });
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
])('a run that %s counts as a failed attempt', async (_, answer) => {
  const { keeper, pass, at } = world();
  at.answer = answer;
  await pass(IDLE_MS);
  await keeper.look();
  const { since } = at.repositories.get('/app')!;
  expect(at.attempts.get('/app')).toMatchObject({ ...since, failures: 1 });
  expect(at.turnIsTaken).toBe(false);
});

test.each<[string, KeptEnd | null]>([
  ['ends', { kind: 'done', result: { activated: false, reason: 'Kept: no better.' } }],
  ['fails', { kind: 'failed', message: 'No.' }],
  ['is stopped', { kind: 'stopped', madeWay: false }],
  ['is refused', null],
])('when a run %s, records it before another window gets the turn', async (_, end) => {
  const { keeper, pass, at } = world();
  const turnIsTaken: boolean[] = [];
  const { set } = at.attempts;
  at.attempts.set = (folder, attempt) => {
    turnIsTaken.push(at.turnIsTaken);
    return set.call(at.attempts, folder, attempt);
  };
  if (end === null) at.answer = () => ({ kind: 'refused', message: 'No.' });
  await pass(IDLE_MS);
  await keeper.look();
  if (end !== null) await keeper.ended('run-1', end);
  expect(turnIsTaken).toEqual([true]);
  expect(at.turnIsTaken).toBe(false);
});

test('does not retry at once what another window tried while this one was looking', async () => {
  const { keeper, pass, at, done } = world();
  await pass(IDLE_MS);
  at.looksInto = async () => {
    at.attempts.set('/app', { atMs: at.nowMs, commit: 'a'.repeat(40), version: '', failures: 0, editsUntilMs: 0 });
  };
  await keeper.look();
  expect(done.started).toEqual([]);
  expect(at.turnIsTaken).toBe(false);
});

test('reads the last attempt back after a restart, and ignores a damaged file', async () => {
  const store = mkdtempSync(join(tmpdir(), 'repotune-attempt-'));
  try {
    expect(await readAttempt(store)).toBeNull();
    const attempt = { atMs: 5, commit: 'b'.repeat(40), version: 'version-one', failures: 2, editsUntilMs: 4 };
    await writeAttempt(store, attempt);
    expect(await readAttempt(store)).toEqual(attempt);
    // Written by a release that recorded neither.
    const older = { ...attempt, version: undefined, editsUntilMs: undefined };
    writeFileSync(join(store, 'keep-tuned.json'), JSON.stringify(older));
    expect(await readAttempt(store)).toEqual({ ...attempt, version: '', editsUntilMs: 0 });
    await writeAttempt(store, { ...attempt, commit: '--output=/tmp/x' });
    expect(await readAttempt(store)).toBeNull();
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
});
