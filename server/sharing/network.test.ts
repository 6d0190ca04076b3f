import { describe, expect, it, vi } from 'vitest';
import type * as Limits from './limits.ts';
import { agree, git, type Person, problem, Team } from './testing.ts';
import { HttpRemote } from './testingHttp.ts';

vi.mock('./limits.ts', async (original) => ({
  ...(await original<typeof Limits>()),
  // Far less than users wait, and more than a busy machine needs.
  STILL_SECONDS: 8,
}));

/** Two people and a remote over HTTP, for one test: those that wait run at once. */
async function network() {
  const team = new Team();
  git(team.remote, 'config', 'http.receivepack', 'true');
  const http = await HttpRemote.start(team.dir);
  const shared = async (person: Person) => await person.share({ remote: http.url('remote.git') });
  const dispose = (): void => {
    http[Symbol.dispose]();
    team[Symbol.dispose]();
  };
  return { ann: team.person('ann'), bob: team.person('bob'), http, shared, [Symbol.dispose]: dispose };
}

describe('a network', () => {
  it.concurrent('that goes silent during a listing ends it, and does not hold up sharing from then on', async () => {
    using all = await network();
    const { ann, bob, http, shared } = all;
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    http.silentOn = /command=fetch/;
    expect(await problem((await shared(bob)).list())).toMatch(/^unreachable: .*Check the network and try again/);
    http.silentOn = null;
    expect((await (await shared(bob)).pull('first-one', agree)).id).toBe('first-one');
  });

  it.concurrent('that goes silent while a version is sent ends that, and it can be published later', async () => {
    using all = await network();
    const { ann, http, shared } = all;
    await ann.tuned('first-one');
    const share = await shared(ann);
    http.silentOn = /report-status/;
    expect(await problem(share.publish('first-one'))).toMatch(/^unreachable: .*Check the network and try again/);
    http.silentOn = null;
    expect(await share.publish('first-one')).toMatchObject({ already: false });
  });

  it.concurrent('on which an answer takes ten seconds still lists', async () => {
    using all = await network();
    const { ann, bob, http, shared } = all;
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    http.delayMs = 10_000;
    const list = (await shared(bob)).list();
    await new Promise((resolve) => setTimeout(resolve, 5000));
    http.delayMs = 0;
    expect((await list).versions).toHaveLength(1);
  });

  it('that breaks off during a listing is not blamed on the versions', async () => {
    using all = await network();
    const { ann, bob, http, shared } = all;
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
    using all = await network();
    const { ann, bob, http, shared } = all;
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    http.statusOfFetches = status;
    expect(await problem((await shared(bob)).list())).toMatch(said);
  });
});
