import { afterEach, beforeEach, expect, it } from 'vitest';
import { git, type Person, problem, storeOf, Team } from './testing.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(async () => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
  await ann.tuned('first-one');
  await (await ann.share()).publish('first-one');
});
afterEach(() => team[Symbol.dispose]());

it('a version that a colleague deletes while the user decides is said to be deleted', async () => {
  const share = await bob.share();
  const consent = async (): Promise<boolean> => {
    for (const ref of team.refs()) git(team.remote, 'update-ref', '-d', ref);
    return true;
  };
  expect(await problem(share.pull('first-one', consent))).toMatch(
    /^not-found: first-one was deleted at the remote meanwhile/,
  );
  expect((await (await storeOf(bob)).list()).adapters).toEqual([]);
});
