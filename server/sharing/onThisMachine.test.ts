import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../storage/lock.ts';
import { shareLockOf } from './leftovers.ts';
import { agree, git, type Person, problem, storeOf, Team } from './testing.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(() => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => team[Symbol.dispose]());

describe('the remote is not blamed for what fails on this machine', () => {
  it.each([
    ['is missing', (): void => {}, /No such file or directory/],
    ['has no private half', (key: string) => writeFileSync(key, 'ssh-ed25519 AAAAC3Nz'), /./],
  ])('a signing key that %s', async (_, make, reason) => {
    const key = join(team.dir, 'key.pub');
    make(key);
    for (const [name, value] of Object.entries({
      'gpg.format': 'ssh',
      'user.signingKey': key,
      'commit.gpgSign': 'true',
    }))
      git(ann.folder, 'config', name, value);
    await ann.tuned('first-one');
    const said = await problem((await ann.share()).publish('first-one'));
    expect(said).toMatch(
      /^failed: git could not sign the adapter with your key .*agent.*git config commit\.gpgSign false/,
    );
    expect(said).toMatch(reason);
    expect(team.refs()).toEqual([]);
  });

  it('a version that another window deletes while this one waits to publish it', async () => {
    await ann.tuned('first-one');
    const waits = Promise.withResolvers<void>();
    const share = await ann.share({ onWait: () => waits.resolve() });
    const other = await takeLock(shareLockOf(share.store.dir), 'listing');
    const publishing = problem(share.publish('first-one'));
    await waits.promise;
    await share.store.remove('first-one');
    if (other.kind === 'taken') await other.release();
    expect(await publishing).toMatch(/^failed: There is nothing at .*first-one.*deleted meanwhile/);
  });

  it('an adapter whose file changes while this one waits to publish it', async () => {
    const { adapterPath } = await ann.tuned('second-one');
    const lock = await takeLock(shareLockOf((await storeOf(ann)).dir), 'listing');
    const share = await ann.share({
      onWait: () => {
        const bytes = readFileSync(adapterPath);
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
        writeFileSync(adapterPath, bytes);
        if (lock.kind === 'taken') void lock.release();
      },
    });
    const refs = team.refs();
    expect(await problem(share.publish('second-one'))).toMatch(
      /^damaged: The file of second-one has changed since it was verified, so nothing was published/,
    );
    expect(team.refs()).toEqual(refs);
  });

  it('a base that could not be downloaded', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const sentence = 'The base was not downloaded: huggingface.co answers 404, not found. Choose another base.';
    const getBase = async (): Promise<string> => {
      throw new Error(sentence);
    };
    const share = await bob.share({ findBase: async () => null, getBase });
    await expect(share.pull('first-one', agree)).rejects.toThrow(sentence);
    expect((await (await storeOf(bob)).list()).adapters).toEqual([]);
  });
});
