import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLessons, writeLessons } from '../adapters/lessons.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { Requests, type RequestType } from '../protocol/index.ts';
import { TestClient, until } from './testing.ts';

const repository = new ScratchRepository();
let client: TestClient;
beforeAll(async () => {
  repository.write('src/a.ts', moduleText('a')).commit('first');
  // Dated now, not at the fixed date of scratch repositories.
  repository.git(['commit', '--quiet', '--allow-empty', '-m', 'second'], {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  });
  const settings = { completions: { enabled: false }, keepTuned: true };
  client = await TestClient.start({ folders: [repository.root], settings });
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
  rmSync(repository.root, { recursive: true, force: true });
});

function ask<Params, Result>(type: RequestType<Params, Result>, params: NoInfer<Params>): Promise<Result> {
  return client.connection.sendRequest(type, params);
}

test('the state of a repository that is kept tuned says what the next run waits for', async () => {
  await until(() => (client.states.at(-1)?.keepTuned?.text ?? '') !== '', 'what it waits for');
  expect(client.states.at(-1)?.keepTuned).toEqual({
    on: true,
    running: false,
    text: expect.stringMatching(/^needs an active adapter/),
  });
});

test('learning stays paused until it is resumed', async () => {
  expect((await ask(Requests.learning, {})).paused).toBe(false);
  expect((await ask(Requests.pauseLearning, { paused: true })).paused).toBe(true);
  expect((await ask(Requests.learning, {})).paused).toBe(true);
  expect((await ask(Requests.pauseLearning, { paused: false })).paused).toBe(false);
});

test('a file is forgotten by its absolute path together with its lessons, and can be learned again', async () => {
  const store = await storeLocation(repository.root);
  const lesson = { path: 'src/a.ts', line: 1, before: '', text: 'x', lossBefore: 2, lossAfter: 1 };
  await writeLessons(store, 'first-one', [lesson]);
  expect((await ask(Requests.forgetFile, { path: join(repository.root, 'src', 'a.ts') })).forgotten).toEqual([
    'src/a.ts',
  ]);
  expect(await readLessons(store, 'first-one')).toEqual([]);
  expect((await ask(Requests.learnFileAgain, { path: 'src/a.ts' })).forgotten).toEqual([]);
});

test.each([
  ['link.ts', 'src/a.ts', 'link.ts'],
  ['alias/a.ts', 'src', 'alias'],
])('a file opened as %s, by a link, is forgotten under its own name', async (path, target, link) => {
  symlinkSync(target, join(repository.root, link));
  expect((await ask(Requests.forgetFile, { path: join(repository.root, path) })).forgotten).toEqual(['src/a.ts']);
  expect((await ask(Requests.learnFileAgain, { path: 'src/a.ts' })).forgotten).toEqual([]);
});

test.each(['/etc/passwd', '../outside.ts', '.'])('%s is refused: it is no file of the repository', async (path) => {
  await expect(ask(Requests.forgetFile, { path })).rejects.toThrow(/not a file of the repository/);
});

test('commits appear in the timeline and in their week', async () => {
  const { events, weeks, learned } = await ask(Requests.learning, {});
  expect(events).toMatchObject([{ kind: 'commits', count: 1 }]);
  expect(weeks.reduce((sum, { commits }) => sum + commits, 0)).toBe(1);
  expect(learned).toBeNull();
});
