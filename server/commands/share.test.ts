import { execFileSync } from 'node:child_process';
import { expect, it, vi } from 'vitest';
import { Team } from '../sharing/testing.ts';
import { prunedText, shareCommand } from './share.ts';
import { quoted } from './terminal.ts';

it.each<[readonly string[], number, boolean, string]>([
  [[], 0, false, 'There is no version to delete.'],
  [['a', 'b'], 0, true, 'Deleted: a, b'],
  [['a'], 1, false, 'Would delete: a, 1 part of an unfinished upload'],
  [[], 3, true, 'Deleted: 3 parts of unfinished uploads'],
])('pruning %j and %d parts (deleted: %j) reads: %s', (versions, orphanParts, done, text) =>
  expect(prunedText(versions, orphanParts, done)).toBe(text),
);

it.each<[string, string, NodeJS.Platform]>([
  ['/data/coder-0.5b.gguf', '/data/coder-0.5b.gguf', 'linux'],
  ['/data/my models/coder.gguf', "'/data/my models/coder.gguf'", 'linux'],
  ['C:\\data\\coder.gguf', 'C:\\data\\coder.gguf', 'win32'],
  ['C:\\my data\\coder.gguf', '"C:\\my data\\coder.gguf"', 'win32'],
])('%s is shown as %s on %s', (word, shown, platform) => expect(quoted(word, platform)).toBe(shown));

it
  .skipIf(process.platform === 'win32')
  .each(['/tmp/$(echo gone)', '/tmp/`echo gone`', `/tmp/it's "here" $HOME`, '/tmp/a\\b'])(
  'a shell receives the quoted %s unchanged',
  (word) => expect(execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' })).toBe(word),
);

it('a version that is here already is not said to be downloaded', async () => {
  using team = new Team();
  const ann = team.person('ann');
  await ann.tuned('first-one');
  const share = await ann.share();
  await share.publish('first-one');
  await share.store.activate('first-one', 'test');
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const pull = ['pull', 'first-one', '--folder', ann.folder];
  for (const more of [[], ['--json']])
    expect(await shareCommand.run([...pull, ...more], new AbortController().signal)).toBe(0);
  expect(said.mock.calls).toEqual([['first-one is here already, and active.'], ['{"id":"first-one","already":true}']]);
  said.mockRestore();
});

it('a list says who signed, and marks authors of whom nothing was taken before', async () => {
  using team = new Team();
  const [ann, bob] = [team.person('ann'), team.person('bob')];
  await ann.tuned('first-one');
  await (await ann.share()).publish('first-one');
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const list = async (...more: readonly string[]): Promise<string> => {
    said.mockClear();
    expect(await shareCommand.run(['list', '--folder', bob.folder, ...more], new AbortController().signal)).toBe(0);
    return String(said.mock.calls[0]);
  };
  expect(await list()).toMatch(/signature\s*\n.*ann \(new\).*not signed/);
  expect(JSON.parse(await list('--json')).versions).toMatchObject([{ signature: { kind: 'none' }, newAuthor: true }]);
  expect(await list('--signatures', 'off')).not.toMatch(/sign|new/);
  said.mockRestore();
});
