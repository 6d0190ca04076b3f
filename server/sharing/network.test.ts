import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Limits from './limits.ts';
import { agree, git, type Person, problem, Team } from './testing.ts';
import { HttpRemote } from './testingHttp.ts';

vi.mock('./limits.ts', async (original) => ({
  ...(await original<typeof Limits>()),
  // Far less than users wait, and more than a busy machine needs.
  STILL_SECONDS: 8,
}));

let team: Team;
let ann: Person;
let bob: Person;
let http: HttpRemote;
beforeEach(async () => {
  team = new Team();
  git(team.remote, 'config', 'http.receivepack', 'true');
  ann = team.person('ann');
  bob = team.person('bob');
  http = await HttpRemote.start(team.dir);
});
afterEach(() => {
  http[Symbol.dispose]();
  team[Symbol.dispose]();
});

const shared = async (person: Person) => await person.share({ remote: http.url('remote.git') });

describe('a network', () => {
  it('that goes silent during a listing ends it, and does not hold up sharing from then on', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    http.silentOn = /command=fetch/;
    expect(await problem((await shared(bob)).list())).toMatch(/^unreachable: .*Check the network and try again/);
    http.silentOn = null;
    expect((await (await shared(bob)).pull('first-one', agree)).id).toBe('first-one');
  }, 60_000);

  it('that goes silent while a version is sent ends that, and it can be published later', async () => {
    await ann.tuned('first-one');
    const share = await shared(ann);
    http.silentOn = /report-status/;
    expect(await problem(share.publish('first-one'))).toMatch(/^unreachable: .*Check the network and try again/);
    http.silentOn = null;
    expect(await share.publish('first-one')).toMatchObject({ already: false });
  }, 60_000);

  it('that breaks off during a listing is not blamed on the versions', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    http.cutAfterBytes = 300;
    expect(await problem((await shared(bob)).list())).toMatch(/^unreachable: .*Check the network and try again/);
  });

  it.each([
    [503, /^unreachable: The remote is overloaded or out of order\. Try again later/],
    [429, /^unreachable: The remote is overloaded or out of order\. Try again later/],
    [407, /^unreachable: The proxy .*http\.proxy/],
  ])('with a server or a proxy that answers %i is not blamed on the versions', async (status, said) => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    http.statusOfFetches = status;
    expect(await problem((await shared(bob)).list())).toMatch(said);
  });

  it('on which an answer takes ten seconds still lists', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    http.delayMs = 10_000;
    const list = (await shared(bob)).list();
    await new Promise((resolve) => setTimeout(resolve, 5000));
    http.delayMs = 0;
    expect((await list).versions).toHaveLength(1);
  }, 60_000);
});
