import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agree, git, type Person, problem, Team, writeHook } from './testing.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(() => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => team[Symbol.dispose]());

describe('a hostile remote or repository', () => {
  it.each([
    ['an option', '--upload-pack=touch pwned', /^bad-remote/],
    ['a program', 'ext::sh -c "touch pwned"', /^bad-remote: .*names a program/],
    ['another remote helper', 'fd::17', /^bad-remote/],
    ['an option as host', 'ssh://-oProxyCommand=touch%20pwned/x', /^bad-remote/],
    ['an option as scp host', '-oProxyCommand=touch pwned:x', /^bad-remote/],
    ['an option as user', 'ssh://-l@host/x', /^bad-remote/],
    ['a protocol without encryption', 'git://example.org/x', /^bad-remote: .*not one of/],
    ['http to another host', 'http://example.org/x', /^bad-remote: .*not encrypted/],
    ['a line break', 'https://example.org/x\n[core]', /^bad-remote/],
    ['a name with dots', '../../etc', /^bad-remote/],
    ['an unknown remote name', 'upstream', /^no-remote: .*Its remotes are: origin/],
  ])('is refused and runs nothing when the remote is %s', async (_title, remote, reason) => {
    expect(await problem(bob.share({ remote }))).toMatch(reason);
    git(bob.folder, 'config', 'remote.origin.url', remote);
    if (remote !== 'upstream') expect(await problem(bob.share())).toMatch(/^(?:bad|no)-remote/);
    expect(existsSync(join(bob.folder, 'pwned'))).toBe(false);
  });

  it('runs no hooks or configured programs, of the user’s repository or of a planted private one', async () => {
    const pwned = join(team.dir, 'pwned');
    const hook = `#!/bin/sh\ntouch ${pwned}\n`;
    for (const person of [ann, bob]) {
      for (const name of ['pre-push', 'reference-transaction', 'post-commit'])
        writeHook(join(person.folder, '.git', 'hooks'), name, hook);
      git(person.folder, 'config', 'core.fsmonitor', `touch ${pwned}`);
      git(person.folder, 'config', 'core.sshCommand', `touch ${pwned}; false`);
      const planted = join(person.folder, '.git', 'repotune', 'share.git');
      writeHook(join(planted, 'hooks'), 'reference-transaction', hook);
      writeFileSync(join(planted, 'config'), `[core]\n\tfsmonitor = touch ${pwned}\n\thooksPath = hooks\n`);
      writeFileSync(join(planted, 'commondir'), '../../');
    }
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    await (await bob.share()).pull('first-one', agree);
    expect(existsSync(pwned)).toBe(false);
  });

  it('gets nothing written through a symlink planted in the private repository', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const elsewhere = join(team.dir, 'elsewhere');
    const objects = join(bob.folder, '.git', 'repotune', 'share.git', 'objects');
    mkdirSync(elsewhere);
    mkdirSync(objects, { recursive: true });
    symlinkSync(elsewhere, join(objects, 'pack'));
    await (await bob.share()).pull('first-one', agree);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('is reported as missing permission when it asks for a password', async () => {
    const server = await import('node:http').then(({ createServer }) =>
      createServer((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    try {
      const share = await bob.share({ remote: `http://127.0.0.1:${port}/x.git` });
      expect(await problem(share.list())).toMatch(/^no-permission/);
    } finally {
      server.close();
    }
  });
});
