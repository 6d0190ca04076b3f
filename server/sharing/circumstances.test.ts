import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapterGguf } from '../adapters/testing.ts';
import { agree, git, LARGE_SPEC, type Person, problem, SPEC, storeOf, Team, writeHook } from './testing.ts';

/** Where nothing is shared, and where ann has published `first-one`: of one part, and of two. */
let empty: Team;
let begun: Team;
let large: Team;
let team: Team;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  empty = new Team();
  for (const name of ['ann', 'bob']) empty.person(name);
  begun = empty.copy();
  large = empty.copy();
  await begun.person('ann').tuned('first-one');
  await large.person('ann').tuned('first-one', LARGE_SPEC);
  for (const one of [begun, large]) await (await one.person('ann').share()).publish('first-one');
});
afterAll(() => {
  for (const one of [empty, begun, large, team]) one[Symbol.dispose]();
});
beforeEach(() => startAs(empty));

function startAs(like: Team): void {
  team?.[Symbol.dispose]();
  team = like.copy();
  ann = team.person('ann');
  bob = team.person('bob');
}

const startWithOne = (): void => startAs(begun);

describe('sharing under bad circumstances', () => {
  it('reports a missing remote repository as not found', async () => {
    rmSync(team.remote, { recursive: true });
    expect(await problem((await bob.share()).list())).toMatch(/^not-found/);
  });

  it('reports a remote that does not answer as unreachable', async () => {
    expect(await problem((await bob.share({ remote: 'http://127.0.0.1:1/x.git' })).list())).toMatch(/^unreachable/);
  });

  it('reports a refused push as missing permission, and publishes nothing', async () => {
    writeHook(join(team.remote, 'hooks'), 'pre-receive', '#!/bin/sh\necho not here >&2\nexit 1\n');
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(/^no-permission/);
    expect(team.refs()).toEqual([]);
  });

  it('lists nothing before the first publication, and a pull says so', async () => {
    expect((await (await bob.share()).list()).versions).toEqual([]);
    expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(/^not-found: .*Nothing is shared yet/);
  });

  it('refuses to publish without a git user name, and names the setting', async () => {
    git(ann.folder, 'config', 'user.name', '');
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(/user\.name/);
  });

  it.each([
    ['the author', 'commitEncoding = ISO-8859-1', ''],
    ['the reader', '', 'logOutputEncoding = ISO-8859-1'],
  ])('names people by their names where %s has told git of another encoding', async (_, anns, bobs) => {
    const users = join(team.dir, '.gitconfig');
    vi.stubEnv('GIT_CONFIG_GLOBAL', users);
    writeFileSync(users, `[i18n]\n\t${anns}\n`);
    git(ann.folder, 'config', 'user.name', 'Jörg');
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    writeFileSync(users, `[i18n]\n\t${bobs}\n`);
    const { versions } = await (await bob.share()).list();
    vi.unstubAllEnvs();
    expect(versions.map(({ author }) => author.name)).toEqual(['Jörg']);
  });

  it('pulls the new contents of a version that was deleted and published again at the remote', async () => {
    startWithOne();
    await (await bob.share()).list();
    for (const ref of team.refs()) git(team.remote, 'update-ref', '-d', ref);
    const eve = team.person('eve');
    await eve.tuned('first-one', { ...SPEC, value: () => 0.25 });
    await (await eve.share()).publish('first-one');
    const taken = await (await bob.share()).pull('first-one', agree);
    expect(readFileSync(taken.adapterPath)).toEqual(adapterGguf({ ...SPEC, value: () => 0.25 }));
  });

  it.each<[string, RegExp, () => void]>([
    ['whose publish was interrupted', /\/manifest\/|\/001$/, () => {}],
    // As a repeated signature does, if it contains a time.
    [
      'whose publish was interrupted, with commits that differ now',
      /\/manifest\/|\/001$/,
      () => git(ann.folder, 'config', 'user.email', 'ann@example.com'),
    ],
    [
      'whose publish was interrupted, with commits that differ now and the share repository deleted',
      /\/manifest\/|\/001$/,
      () => {
        git(ann.folder, 'config', 'user.email', 'ann@example.com');
        rmSync(join(ann.folder, '.git', 'repotune', 'share.git'), { recursive: true });
      },
    ],
    ['that has lost a part at the remote', /\/001$/, () => {}],
    ['that has lost all its parts', /\/adapter\//, () => {}],
  ])('publishing again completes a version %s', async (_, lost, meanwhile) => {
    startAs(large);
    for (const ref of team.refs().filter((one) => lost.test(one))) git(team.remote, 'update-ref', '-d', ref);
    meanwhile();
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: false });
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: true });
  });

  it('recognizes a published version by its contents after the share repository was deleted', async () => {
    startWithOne();
    git(ann.folder, 'config', 'user.email', 'ann@example.com');
    rmSync(join((await storeOf(ann)).dir, 'share.git'), { recursive: true });
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: true });
  });

  it('cleans up the parts and git locks that a killed process left, and pulls', async () => {
    startWithOne();
    const { dir } = await storeOf(bob);
    mkdirSync(join(dir, 'pulling'), { recursive: true });
    writeFileSync(join(dir, 'pulling', 'first-one.gguf'), 'half');
    mkdirSync(join(dir, 'share.git', 'refs'), { recursive: true });
    writeFileSync(join(dir, 'share.git', 'HEAD.lock'), '');
    writeFileSync(join(dir, 'share.git', 'packed-refs.lock'), '');
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
    expect(readdirSync(dir).sort()).toEqual(['audit.jsonl', 'authors.json', 'share.git', 'versions']);
  });
});
