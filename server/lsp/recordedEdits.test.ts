import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addStanding } from '../adapters/standingFile.ts';
import { readRecordedEdits } from '../edits/recordedEdits.ts';
import { SETTLE_MS } from '../edits/settling.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { type LearningRecord, Requests, type RequestType } from '../protocol/index.ts';
import { TestClient, until, uriOf } from './testing.ts';

const repository = new ScratchRepository();
/** Dates git's reflog entry of the stash to another day. */
const LONG_AGO = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};
const quiet = new ScratchRepository();
const text = moduleText('a');
/** Recording is off in the folder `quiet`. */
const settings = (record: boolean) => ({ completions: { enabled: false }, nextEdit: { record } });
let client: TestClient;
let store: string;
beforeAll(async () => {
  for (const scratch of [repository, quiet]) {
    for (const name of ['a.ts', 'b.ts']) scratch.write(`src/${name}`, text);
    scratch.write('.gitignore', 'ignored.ts\n').write('src/c.ts', text).commit('first');
  }
  repository.write('src/c.ts', text.replace('let total', 'const third = 3; let total'));
  repository.git(['stash', '--quiet'], LONG_AGO);
  client = await TestClient.start({
    folders: [repository.root, quiet.root],
    chosen: repository.root,
    settings: settings(true),
    settingsIn: (folder) => settings(folder !== quiet.root),
  });
  store = await storeLocation(repository.root);
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
  for (const { root } of [repository, quiet]) rmSync(root, { recursive: true, force: true });
});

function ask<Params>(type: RequestType<Params, LearningRecord>, params: NoInfer<Params>): Promise<LearningRecord> {
  return client.connection.sendRequest(type, params);
}

async function edit(root: string, path: string, typed: string): Promise<void> {
  const uri = uriOf(join(root, path));
  await client.open(uri, 'typescript', text);
  const at = text.indexOf('let total');
  for (const [i, letter] of [...typed].entries()) await client.edit(uri, at + i, 0, letter);
}

/** `git stash apply` changes the file, and the editor reloads it. */
async function stashedEdit(path: string, stashed: string): Promise<void> {
  const uri = uriOf(join(repository.root, path));
  await client.open(uri, 'typescript', text);
  const at = text.indexOf('let total');
  repository.git('stash', 'apply', '--quiet');
  expect(readFileSync(join(repository.root, path), 'utf8')).toBe(text.replace('let total', `${stashed}let total`));
  await sleep(100);
  await client.edit(uri, at, 0, stashed);
}

test('typed edits are recorded once settled, only where recording is on, and forgotten on request', async () => {
  expect(await ask(Requests.learning, {})).toMatchObject({ recorded: { on: true, edits: 0, files: 0 }, standing: 0 });
  expect((await ask(Requests.learning, { folder: quiet.root })).recorded.on).toBe(false);
  const beganMs = Date.now();
  await stashedEdit('src/c.ts', 'const third = 3; ');
  await edit(repository.root, 'src/a.ts', 'const first = 1; ');
  await edit(repository.root, 'src/b.ts', 'const second = 2; ');
  await edit(repository.root, 'ignored.ts', 'const fourth = 4; ');
  await edit(quiet.root, 'src/a.ts', 'const fifth = 5; ');
  await until(async () => (await readRecordedEdits(store)).length === 2, 'two records');
  expect(Date.now() - beganMs).toBeGreaterThan(SETTLE_MS - 1000);
  expect(await readRecordedEdits(store)).toMatchObject([
    { path: 'src/a.ts', change: { after: [expect.stringContaining('const first = 1; let total')] }, recent: [] },
    { path: 'src/b.ts', change: { after: [expect.stringContaining('const second')] }, recent: [{ path: 'src/a.ts' }] },
  ]);
  expect(await readRecordedEdits(await storeLocation(quiet.root))).toEqual([]);

  const { recorded } = await ask(Requests.forgetFile, { path: 'src/a.ts' });
  expect(recorded).toMatchObject({ edits: 1, files: 1 });
  expect(recorded.sinceMs).toBeGreaterThan(beganMs - 1000);
  expect((await readRecordedEdits(store))[0]?.recent).toEqual([]);
  await addStanding(store, 'const accepted = suggestion(total);', 1);
  const edits = await ask(Requests.forgetRecorded, { only: 'edits' });
  expect(edits).toMatchObject({ recorded: { edits: 0, sinceMs: null }, standing: 1 });
});

test('forgetting the recorded edits also forgets the accepted lines that still stand', async () => {
  await addStanding(store, 'const accepted = suggestion(total);', 1);
  expect(existsSync(join(store, 'standing.json'))).toBe(true);
  expect(await ask(Requests.forgetRecorded, {})).toMatchObject({ recorded: { edits: 0 }, standing: 0 });
  expect(existsSync(join(store, 'standing.json'))).toBe(false);
});
