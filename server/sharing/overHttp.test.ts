import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PART_BYTES } from './limits.ts';
import { agree, git, LARGE_SPEC, type Person, SPEC, Team } from './testing.ts';
import { HttpRemote } from './testingHttp.ts';

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

it('publishes and pulls over smart http', async () => {
  const made = await ann.tuned('first-one');
  await (await shared(ann)).publish('first-one');
  const taken = await (await shared(bob)).pull('first-one', agree);
  expect(readFileSync(taken.adapterPath)).toEqual(readFileSync(made.adapterPath));
});

it('a pull that broke in its second part is resumed without fetching the first part again', async () => {
  // Noise, so that the parts are as large on the wire as on disk.
  let state = 1;
  const noise = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const made = await ann.tuned('large-one', { ...LARGE_SPEC, value: noise });
  await (await ann.share()).publish('large-one');
  const share = await shared(bob);
  const broken = share.pull('large-one', agree, ({ partsDone }) => {
    if (partsDone === 1) http.cutAfterBytes = 50_000;
  });
  await expect(broken).rejects.toThrow();
  expect((await share.store.list()).adapters).toEqual([]);
  http.cutAfterBytes = null;
  const before = http.transferredBytes;
  const taken = await share.pull('large-one', agree);
  expect(readFileSync(taken.adapterPath).equals(readFileSync(made.adapterPath))).toBe(true);
  expect(http.transferredBytes - before).toBeLessThan(PART_BYTES / 4);
}, 120_000);

it('a listing fetches manifests, not adapters', async () => {
  await ann.tuned('first-one', { ...SPEC, targets: LARGE_SPEC.targets });
  await (await ann.share()).publish('first-one');
  await (await shared(bob)).list();
  expect(http.transferredBytes).toBeLessThan(20_000);
});
