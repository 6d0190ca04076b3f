import { expect, it } from 'vitest';
import { WindowSettings } from './windowSettings.ts';

const mine = { sharing: { signatures: 'require', remote: 'origin', checkAtStart: true } };

it.each<[string, unknown, object]>([
  [
    'widens nothing',
    { sharing: { signatures: 'off', remote: 'https://a.example/x', checkAtStart: true } },
    mine.sharing,
  ],
  [
    'narrows, and names another of its remotes',
    { sharing: { remote: 'team', checkAtStart: false } },
    { signatures: 'require', remote: 'team', checkAtStart: false },
  ],
  ['says nothing', {}, mine.sharing],
  ['says nonsense', { sharing: { signatures: 7, remote: [], checkAtStart: 'yes' } }, mine.sharing],
  ['is asked of a client that cannot tell', null, mine.sharing],
])('a folder whose settings are read %s', async (_, folder, expected) => {
  const settings = new WindowSettings({ settingsIn: async () => folder });
  settings.read(mine);
  expect(await settings.sharingIn('/code/app')).toEqual(expected);
});

it('a folder turns on no look at the remote that the user has not asked for', async () => {
  const settings = new WindowSettings({ settingsIn: async () => ({ sharing: { checkAtStart: true } }) });
  settings.read({});
  expect(await settings.sharingIn('/code/app')).toMatchObject({ checkAtStart: false, signatures: 'warn' });
});
