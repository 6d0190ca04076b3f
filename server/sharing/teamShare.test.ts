import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { adapterGguf } from '../adapters/testing.ts';
import type { ShareError } from './errors.ts';
import { sha256 } from './parts.ts';
import type { PruneRule } from './prune.ts';
import { agree, git, type Person, SPEC, Team } from './testing.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(() => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => team[Symbol.dispose]());

const problem = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: ShareError) => `${error.problem}: ${error.message}`,
  );
const storeOf = (person: Person): Promise<AdapterStore> => AdapterStore.of(person.folder);

describe('two people and one remote', () => {
  it('what one publishes the other lists, is offered, and takes: inactive, byte for byte', async () => {
    const made = await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const share = await bob.share();
    expect((await share.list()).versions.map(({ id, author }) => [id, author.name])).toEqual([['first-one', 'ann']]);
    const offers: unknown[] = [];
    const taken = await share.pull('first-one', async (offer) => {
      offers.push([
        offer.newAuthor,
        offer.version.manifest.metrics?.heldOutLossTuned,
        offer.version.manifest.base.name,
      ]);
      return true;
    });
    expect(offers).toEqual([[true, 1.8, 'base']]);
    expect(readFileSync(taken.adapterPath)).toEqual(readFileSync(made.adapterPath));
    expect(await (await storeOf(bob)).active()).toBeNull();
    expect((await (await storeOf(bob)).audit.read()).map(({ action, adapter }) => [action, adapter])).toEqual([
      ['pull', 'first-one'],
    ]);
  });

  it('nothing appears among the branches and tags of an ordinary clone', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    git(team.dir, 'clone', '--quiet', team.remote, 'ordinary');
    expect(git(join(team.dir, 'ordinary'), 'for-each-ref')).toBe('');
    expect(git(ann.folder, 'for-each-ref')).toBe('');
  });

  it('publishing the same version twice changes nothing the second time', async () => {
    await ann.tuned('first-one');
    const share = await ann.share();
    expect((await share.publish('first-one')).already).toBe(false);
    const refs = team.refs();
    expect((await share.publish('first-one')).already).toBe(true);
    expect(team.refs()).toEqual(refs);
  });

  it('two who publish at once both arrive; with one id, the first stays as it is', async () => {
    await ann.tuned('from-ann');
    await bob.tuned('from-bob');
    await Promise.all([(await ann.share()).publish('from-ann'), (await bob.share()).publish('from-bob')]);
    const ids = async (): Promise<string[]> => (await (await ann.share()).list()).versions.map(({ id }) => id).sort();
    expect(await ids()).toEqual(['from-ann', 'from-bob']);
    await ann.tuned('same-id');
    await bob.tuned('same-id', { ...SPEC, value: () => 0.5 });
    const outcomes = await Promise.all([
      problem((await ann.share()).publish('same-id')),
      problem((await bob.share()).publish('same-id')),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'none')).toHaveLength(1);
    expect(outcomes.find((outcome) => outcome !== 'none')).toMatch(/^exists/);
    const winner = outcomes[0] === 'none' ? 'ann' : 'bob';
    expect((await (await ann.share()).list()).versions.find(({ id }) => id === 'same-id')?.author.name).toBe(winner);
  });

  it('an author is asked about once, not again', async () => {
    await ann.tuned('first-one');
    await ann.tuned('second-one');
    const annShare = await ann.share();
    await annShare.publish('first-one');
    await annShare.publish('second-one');
    const share = await bob.share();
    await share.pull('first-one', agree);
    expect((await share.verify('second-one')).newAuthor).toBe(false);
  });

  it('who says no gets nothing', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    expect(await problem((await bob.share()).pull('first-one', async () => false))).toMatch(/^declined/);
    expect((await (await storeOf(bob)).list()).adapters).toEqual([]);
  });

  it('a version for another base is refused and says which it needs', async () => {
    const base = {
      name: 'a-larger-one',
      architecture: 'llama',
      sha256: 'f'.repeat(64),
      sizeBytes: 1,
      parameters: 1,
      weightType: 'F16',
    };
    await ann.tuned('for-another', SPEC, { base });
    await (await ann.share()).publish('for-another');
    expect(await problem((await bob.share()).pull('for-another', agree))).toMatch(/^wrong-base: .*a-larger-one.*ffff/);
  });

  it('a host that refuses refs of one’s own gets branches', async () => {
    git(team.remote, 'config', 'receive.hideRefs', 'refs/repotune');
    await ann.tuned('first-one');
    expect((await (await ann.share()).publish('first-one')).space).toBe('branches');
    expect(team.refs().every((ref) => ref.startsWith('refs/heads/repotune/'))).toBe(true);
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
  });
});

describe('pruning', () => {
  const aged = async (id: string, createdAt: string): Promise<void> => {
    await ann.tuned(id, SPEC, { name: 'set', createdAt });
    await (await ann.share()).publish(id);
  };
  it.each<[string, PruneRule, string[]]>([
    ['by count', { keep: 1 }, ['middle', 'oldest']],
    ['by age', { olderThanDays: 30 }, ['oldest']],
    ['by both, only what is beyond both', { keep: 2, olderThanDays: 1 }, ['oldest']],
    ['with no rule, nothing', {}, []],
  ])('%s', async (_title, rule, gone) => {
    await aged('oldest', '2026-01-01T00:00:00.000Z');
    await aged('middle', '2026-03-01T00:00:00.000Z');
    await aged('newest', '2026-03-02T00:00:00.000Z');
    const nowMs = Date.parse('2026-03-10T00:00:00.000Z');
    const share = await ann.share();
    const before = team.refs();
    expect((await share.prune(rule, { dryRun: true, nowMs })).versions.map(({ id }) => id).sort()).toEqual(gone);
    expect(team.refs()).toEqual(before);
    await share.prune(rule, { dryRun: false, nowMs });
    const left = ['middle', 'newest', 'oldest'].filter((id) => !gone.includes(id));
    expect([...new Set(team.refs().map((ref) => ref.split('/')[4]))].sort()).toEqual(left);
  });

  it('parts that an interrupted publish left go too', async () => {
    await ann.tuned('first-one');
    const share = await ann.share();
    await share.publish('first-one');
    git(team.remote, 'update-ref', '-d', team.refs().find((ref) => ref.includes('/manifest/'))!);
    expect((await share.prune({}, { dryRun: false, nowMs: 0 })).orphanParts).toBe(1);
    expect(team.refs()).toEqual([]);
  });
});

describe('what comes from the remote is checked', () => {
  /** Replaces what was published by what an attacker with push access would put there. */
  const tamper = (edit: (files: Map<string, Buffer>) => void, kind: 'manifest' | 'adapter'): void => {
    const ref = team.refs().find((one) => one.includes(`/${kind}/`))!;
    const files = new Map(
      git(team.remote, 'ls-tree', '--name-only', ref)
        .split('\n')
        .filter(Boolean)
        .map((name) => [name, execFileSync('git', ['cat-file', 'blob', `${ref}:${name}`], { cwd: team.remote })]),
    );
    edit(files);
    const entries = [...files].map(([name, content]) => {
      const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
        cwd: team.remote,
        input: content,
        encoding: 'utf8',
      }).trim();
      return `100644 blob ${blob}\t${name}\n`;
    });
    const tree = execFileSync('git', ['mktree'], {
      cwd: team.remote,
      input: entries.join(''),
      encoding: 'utf8',
    }).trim();
    const commit = git(
      team.remote,
      '-c',
      'user.name=m',
      '-c',
      'user.email=m@example.org',
      'commit-tree',
      '-m',
      'x',
      tree,
    ).trim();
    git(team.remote, 'update-ref', ref, commit);
  };
  const json = (files: Map<string, Buffer>, name: string, edit: (value: Record<string, object>) => void): void => {
    const value = JSON.parse(files.get(name)!.toString());
    edit(value);
    files.set(name, Buffer.from(JSON.stringify(value)));
  };
  type Edit = Parameters<typeof tamper>[0];
  it.each<[string, 'manifest' | 'adapter', Edit, RegExp]>([
    [
      'another adapter in its place',
      'adapter',
      (files) => files.set('part', adapterGguf({ ...SPEC, value: () => 9 })),
      /not the one its manifest names/,
    ],
    [
      'a part larger than it said',
      'adapter',
      (files) => files.set('part', Buffer.alloc(100_000)),
      /at most \d+ are taken/,
    ],
    [
      'a part cut short',
      'adapter',
      (files) => files.set('part', files.get('part')!.subarray(0, 100)),
      /not the one its manifest names/,
    ],
    ['no part', 'adapter', (files) => files.set('other', files.get('part')!).delete('part'), /damaged/],
    [
      'a manifest of another id',
      'manifest',
      (files) => json(files, 'manifest.json', (m) => Object.assign(m, { id: 'another' })),
      /its manifest is of another/,
    ],
    [
      'a path as id',
      'manifest',
      (files) => json(files, 'manifest.json', (m) => Object.assign(m, { id: '../../../hooks' })),
      /not valid/,
    ],
    [
      'an unknown field',
      'manifest',
      (files) => json(files, 'manifest.json', (m) => Object.assign(m, { run: 'x' })),
      /not valid/,
    ],
    [
      'a name that rewrites the terminal',
      'manifest',
      (files) => json(files, 'manifest.json', (m) => Object.assign(m, { name: '\x1b[2J trust me' })),
      /control characters/,
    ],
    ['a manifest that is not JSON', 'manifest', (files) => files.set('manifest.json', Buffer.from('{')), /not JSON/],
    [
      'a manifest of a megabyte',
      'manifest',
      (files) => files.set('manifest.json', Buffer.alloc(1 << 20, 32)),
      /at most/,
    ],
    [
      'parts that do not add up',
      'manifest',
      (files) =>
        json(files, 'parts.json', (p) => Object.assign(p, { parts: [{ sha256: '0'.repeat(64), sizeBytes: 1 }] })),
      /do not make up/,
    ],
    [
      'five hundred parts',
      'manifest',
      (files) =>
        json(files, 'parts.json', (p) =>
          Object.assign(p, { parts: Array(500).fill({ sha256: '0'.repeat(64), sizeBytes: 1 }) }),
        ),
      /not valid/,
    ],
    [
      'a size beyond all bounds',
      'manifest',
      (files) => json(files, 'manifest.json', (m) => Object.assign(m['adapter']!, { sizeBytes: 2 ** 50 })),
      /larger than any/,
    ],
  ])('%s', async (_title, kind, edit, reason) => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    tamper(edit, kind);
    expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(reason);
    const store = await storeOf(bob);
    expect((await store.list()).adapters).toEqual([]);
    expect(existsSync(join(store.dir, 'pulling'))).toBe(false);
  });

  it('one bad version does not hide the good ones', async () => {
    await ann.tuned('bad-one');
    await (await ann.share()).publish('bad-one');
    tamper((files) => files.set('manifest.json', Buffer.from('x')), 'manifest');
    await ann.tuned('good-one');
    await (await ann.share()).publish('good-one');
    const list = await (await bob.share()).list();
    expect(list.versions.map(({ id }) => id)).toEqual(['good-one']);
    expect(list.unusable).toMatchObject([{ id: 'bad-one', problem: expect.stringMatching(/not JSON/) }]);
  });

  it.each<[string, Buffer, RegExp]>([
    [
      'numbers that are not finite',
      adapterGguf({ ...SPEC, value: (index) => (index === 3 ? Number.NaN : 0.1) }),
      /not finite/,
    ],
    [
      'the embeddings as target',
      adapterGguf({ ...SPEC, targets: [{ name: 'token_embd.weight', in: 16, out: 32 }] }),
      /would change/,
    ],
    [
      'tensors the base does not have',
      adapterGguf({ ...SPEC, targets: [{ name: 'blk.9.attn_q.weight', in: 16, out: 32 }] }),
      /missing/,
    ],
  ])('every hash fits, but the adapter has %s: refused before it is stored', async (_title, bytes, reason) => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const digest = { sha256: sha256(bytes), sizeBytes: bytes.length };
    tamper((files) => files.set('part', bytes), 'adapter');
    tamper((files) => {
      json(files, 'manifest.json', (m) => Object.assign(m['adapter']!, digest));
      json(files, 'parts.json', (p) => Object.assign(p, { parts: [digest] }));
    }, 'manifest');
    expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(reason);
    expect((await (await storeOf(bob)).list()).adapters).toEqual([]);
  });

  it('refs with foreign names are passed over', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const commit = git(team.remote, 'rev-parse', team.refs()[0]!).trim();
    for (const ref of [
      'refs/repotune/A/manifest/x1',
      'refs/repotune/set/manifest/..a'.replace('..', '-'),
      'refs/repotune/set/other/a1',
      'refs/repotune/set/manifest/a1/b',
    ])
      git(team.remote, 'update-ref', ref, commit);
    const list = await (await bob.share()).list();
    expect([...list.versions, ...list.unusable].map(({ id }) => id)).toEqual(['first-one']);
  });
});

describe('the remote’s name and address cannot do anything', () => {
  it.each([
    ['an option', '--upload-pack=touch pwned', /^bad-remote/],
    ['a program', 'ext::sh -c "touch pwned"', /^bad-remote: .*names a program/],
    ['another helper', 'fd::17', /^bad-remote/],
    ['an option as host', 'ssh://-oProxyCommand=touch%20pwned/x', /^bad-remote/],
    ['an option as scp host', '-oProxyCommand=touch pwned:x', /^bad-remote/],
    ['an option as user', 'ssh://-l@host/x', /^bad-remote/],
    ['a protocol without encryption', 'git://example.org/x', /^bad-remote: .*not one of/],
    ['http elsewhere', 'http://example.org/x', /^bad-remote: .*not encrypted/],
    ['a line break', 'https://example.org/x\n[core]', /^bad-remote/],
    ['a name with dots', '../../etc', /^bad-remote/],
    ['a remote that is not there', 'upstream', /^no-remote: .*There are: origin/],
  ])('%s', async (_title, remote, reason) => {
    expect(await problem(bob.share({ remote }))).toMatch(reason);
    git(bob.folder, 'config', 'remote.origin.url', remote);
    if (remote !== 'upstream') expect(await problem(bob.share())).toMatch(/^(?:bad|no)-remote/);
    expect(existsSync(join(bob.folder, 'pwned'))).toBe(false);
  });

  it('hooks and settings of the user’s repository and of a planted private one do not run', async () => {
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

  it('a remote that asks for a password gets none, at once', async () => {
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

function writeHook(dir: string, name: string, text: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), text);
  chmodSync(join(dir, name), 0o755);
}

describe('bad circumstances give one sentence and change nothing', () => {
  it('an untrusted folder', async () => {
    expect(await problem(bob.share({ trusted: false }))).toMatch(/^untrusted/);
  });

  it('no remote repository', async () => {
    rmSync(team.remote, { recursive: true });
    expect(await problem((await bob.share()).list())).toMatch(/^not-found/);
  });

  it('a remote that nobody answers at', async () => {
    expect(await problem((await bob.share({ remote: 'http://127.0.0.1:1/x.git' })).list())).toMatch(/^unreachable/);
  });

  it('a remote that refuses pushes', async () => {
    writeHook(join(team.remote, 'hooks'), 'pre-receive', '#!/bin/sh\necho not here >&2\nexit 1\n');
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(/^no-permission/);
    expect(team.refs()).toEqual([]);
  });

  it('nobody has published yet', async () => {
    expect((await (await bob.share()).list()).versions).toEqual([]);
    expect(await problem((await bob.share()).pull('first-one', agree))).toMatch(/^not-found: .*Nothing is shared yet/);
  });

  it('a user git does not know', async () => {
    git(ann.folder, 'config', 'user.name', '');
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(/user\.name/);
  });

  it('a version that was published anew after a force-push is fetched as it is now', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    await (await bob.share()).list();
    for (const ref of team.refs()) git(team.remote, 'update-ref', '-d', ref);
    const eve = team.person('eve');
    await eve.tuned('first-one', { ...SPEC, value: () => 0.25 });
    await (await eve.share()).publish('first-one');
    const taken = await (await bob.share()).pull('first-one', agree);
    expect(readFileSync(taken.adapterPath)).toEqual(adapterGguf({ ...SPEC, value: () => 0.25 }));
  });

  it('a folder of parts left by a killed process', async () => {
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const { dir } = await storeOf(bob);
    mkdirSync(join(dir, 'pulling'), { recursive: true });
    writeFileSync(join(dir, 'pulling', 'first-one.gguf'), 'half');
    mkdirSync(join(dir, 'share.git', 'refs'), { recursive: true });
    writeFileSync(join(dir, 'share.git', 'HEAD.lock'), '');
    writeFileSync(join(dir, 'share.git', 'packed-refs.lock'), '');
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
    expect(readdirSync(dir).sort()).toEqual(['audit.jsonl', 'authors.json', 'share.git', 'versions']);
  });
});

describe('signatures', () => {
  const keyed = (name: string): { person: Person; publicKey: string } => {
    const key = join(team.dir, `${name}-key`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key]);
    const settings = { 'gpg.format': 'ssh', 'user.signingKey': `${key}.pub`, 'commit.gpgSign': 'true' };
    return {
      person: team.person(name, settings),
      publicKey: readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' '),
    };
  };

  it.each([
    ['a signature of an allowed signer passes every policy', 'signed', 'allowed', 'require', /^none$/],
    [
      'one of a stranger is refused where signatures are required',
      'signed',
      'stranger',
      'require',
      /^untrusted: .*not valid/,
    ],
    ['none is refused where signatures are required', 'unsigned', 'allowed', 'require', /^untrusted: It is not signed/],
    ['none is taken with a warning', 'unsigned', 'allowed', 'warn', /^none$/],
  ] as const)('%s', async (_title, how, signer, policy, expected) => {
    const { person: carol, publicKey } = keyed('carol');
    const author = how === 'signed' ? carol : ann;
    const list = join(team.dir, 'allowed');
    const key = signer === 'allowed' ? publicKey : keyed('dave').publicKey;
    writeFileSync(list, `carol@example.org ${key}\n`);
    git(bob.folder, 'config', 'gpg.ssh.allowedSignersFile', list);
    await author.tuned('first-one');
    await (await author.share()).publish('first-one');
    let warning: string | null = null;
    const share = await bob.share({ signatures: policy });
    const outcome = problem(
      share.pull('first-one', async (offer) => {
        warning = offer.warning;
        return true;
      }),
    );
    expect(await outcome).toMatch(expected);
    if (policy === 'warn') expect(warning).toMatch(/It is not signed/);
  });
});
