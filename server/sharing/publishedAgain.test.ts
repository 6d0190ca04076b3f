import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Person, Team } from './testing.ts';

let team: Team;
let ann: Person;
beforeEach(async () => {
  team = new Team();
  ann = team.person('ann');
  await ann.tuned('first-one');
  await (await ann.share()).publish('first-one');
});
afterEach(() => team[Symbol.dispose]());

it('a version that a colleague has pruned since it was listed here can be published again', async () => {
  const before = team.refs();
  await (await ann.share()).list();
  await (await team.person('bob').share()).prune({ keep: 0 }, { dryRun: false, nowMs: Date.now() });
  expect(team.refs()).toEqual([]);
  expect(await (await ann.share()).publish('first-one')).toMatchObject({ id: 'first-one', already: false });
  expect(team.refs()).toEqual(before);
});
