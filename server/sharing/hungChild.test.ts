import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Limits from './limits.ts';
import { agree, type Person, problem, Team, writeHook } from './testing.ts';

vi.mock('./limits.ts', async (original) => ({ ...(await original<typeof Limits>()), ANSWER_SECONDS: 3 }));

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(() => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => {
  vi.unstubAllEnvs();
  team[Symbol.dispose]();
});

/** From now on ssh never says anything, and never ends by itself. */
function sshHangs(): void {
  const bin = join(team.dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'ssh'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH']}`);
}

/** Command lines of running processes that name `text`. */
function running(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(text));
}

describe('what git has started and does not end', () => {
  it('an ssh without an answer ends the listing, and sharing goes on', async () => {
    sshHangs();
    const share = await bob.share({ remote: 'ssh://nowhere.invalid/x.git' });
    expect(await problem(share.list())).toMatch(/^unreachable: The remote has said nothing for 3 seconds/);
    expect((await (await bob.share()).list()).versions).toEqual([]);
  }, 20_000);

  it.runIf(process.platform === 'linux')(
    'no process stays behind at a pipe in place of a remote’s file',
    async () => {
      rmSync(join(team.remote, 'HEAD'));
      execFileSync('mkfifo', [join(team.remote, 'HEAD')]);
      expect(await problem((await bob.share()).list())).toMatch(
        /^unreachable: The remote has said nothing for 3 seconds/,
      );
      expect(running(team.remote)).toEqual([]);
    },
    20_000,
  );

  it('a listing that waits for an ssh is cancelled at once', async () => {
    sshHangs();
    const cancel = new AbortController();
    const listed = (await bob.share({ remote: 'ssh://nowhere.invalid/x.git' })).list(cancel.signal);
    setTimeout(() => cancel.abort(), 1000);
    await expect(listed).rejects.toThrow(/abort/i);
    expect((await (await bob.share()).list()).versions).toEqual([]);
  }, 20_000);

  it('a publish that waits for a hook is cancelled, and can be done later', async () => {
    const hooks = join(team.remote, 'hooks');
    writeHook(hooks, 'pre-receive', '#!/bin/sh\nexec sleep 60\n');
    await ann.tuned('first-one');
    const cancel = new AbortController();
    const published = (await ann.share()).publish(
      'first-one',
      () => setTimeout(() => cancel.abort(), 1000),
      cancel.signal,
    );
    await expect(published).rejects.toThrow(/abort/i);
    writeHook(hooks, 'pre-receive', '#!/bin/sh\n');
    await (await ann.share()).publish('first-one');
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
  }, 20_000);

  it('a hook that talks without end is left', async () => {
    writeHook(join(team.remote, 'hooks'), 'pre-receive', `#!/bin/sh\nyes ${'no '.repeat(20_000)} >&2\n`);
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(
      /^unreachable: git push answers without end/,
    );
  }, 60_000);
});
