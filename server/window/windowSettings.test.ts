import { expect, it } from 'vitest';
import { WindowSettings } from './windowSettings.ts';

const mine = { sharing: { signatures: 'require', remote: 'origin', checkAtStart: true } };

it.each<[string, unknown, object]>([
  [
    'does not widen the user’s sharing',
    { sharing: { signatures: 'off', remote: 'https://a.example/x', checkAtStart: true } },
    mine.sharing,
  ],
  [
    'narrows it and names another of its remotes',
    { sharing: { remote: 'team', checkAtStart: false } },
    { signatures: 'require', remote: 'team', checkAtStart: false },
  ],
  ['without settings changes nothing', {}, mine.sharing],
  ['with bad values changes nothing', { sharing: { signatures: 7, remote: [], checkAtStart: 'yes' } }, mine.sharing],
  ['whose client cannot tell changes nothing', null, mine.sharing],
])('a folder %s', async (_, folder, expected) => {
  const settings = new WindowSettings({ settingsIn: async () => folder });
  settings.read(mine);
  expect(await settings.sharingIn('/code/app')).toEqual(expected);
});

it('a folder cannot turn on checks of the remote that the user has not asked for', async () => {
  const settings = new WindowSettings({ settingsIn: async () => ({ sharing: { checkAtStart: true } }) });
  settings.read({});
  expect(await settings.sharingIn('/code/app')).toMatchObject({ checkAtStart: false, signatures: 'warn' });
});

it('a problem is named when it arises, not with every change of another setting', () => {
  const settings = new WindowSettings({ settingsIn: async () => null });
  const read = (rank: number, enabled = true) => settings.read({ tuning: { rank }, completions: { enabled } }).length;
  expect([read(999), read(999, false), read(999)]).toEqual([1, 0, 0]);
  // Made anew, it is news again.
  expect([read(16), read(999)]).toEqual([0, 1]);
});
