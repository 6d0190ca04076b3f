import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agree, editJson, type Person, problem, storeOf, Team } from './testing.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(async () => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => team[Symbol.dispose]());

const ADVICE = /was written by a newer Repotune \(99\.1\.0\): update this one/;

describe('what a newer release wrote', () => {
  it('is listed as such by an older one, which is told to update', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const newer = { toolVersion: '99.1.0', temperature: 1 };
    team.tamper((files) => editJson(files, 'manifest.json', (m) => Object.assign(m, newer)), 'manifest');
    const share = await bob.share();
    expect((await share.list()).unusable).toMatchObject([{ problem: expect.stringMatching(ADVICE) }]);
    expect(await problem(share.pull('first-one', agree))).toMatch(ADVICE);
  });

  it('stays in the store of a release that was taken back, which says why it cannot use it', async () => {
    const { dir } = await bob.tuned('own-one');
    const path = join(dir, 'manifest.json');
    writeFileSync(
      path,
      JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), format: 2, toolVersion: '99.1.0' }),
    );
    await expect((await storeOf(bob)).find('own-one')).rejects.toThrow(ADVICE);
  });

  it('is not advised to be deleted, to be downloaded again', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const share = await bob.share();
    const { dir } = await share.pull('first-one', agree);
    const path = join(dir, 'manifest.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), format: 2 }));
    const told = await problem(share.pull('first-one', agree));
    expect(told).toMatch(/first-one that is here cannot be used: .*update this one to use it\.$/);
  });
});
