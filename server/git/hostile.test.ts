import { chmodSync, cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitsSince } from '../adapters/lineage.ts';
import { buildIndex } from '../mining/indexing.ts';
import { mineRepository } from '../mining/mine.ts';
import { identityOf } from '../sharing/identity.ts';
import { resolveRemote } from '../sharing/remote.ts';
import { cutForTune } from '../tuning/cuts.ts';
import { storeLocation } from './storeLocation.ts';
import { ordinaryRepository, Trap } from './testing.ts';

const ABSENT = 'c0ffee00'.repeat(5);

let template: Trap;
beforeAll(() => {
  // Too little to learn from, which mining reports after all its git queries.
  template = ordinaryRepository(3, 2);
});
afterAll(() => template[Symbol.dispose]());

/** All git queries of opening, mining, tuning and sharing: empty for each answer, else the refusal. */
async function everyQuestion(folder: string): Promise<string[]> {
  const mine = { folder, processes: 0, cachePath: null, history: true, contextChars: 100 } as const;
  const questions: (() => Promise<unknown>)[] = [
    () => storeLocation(folder),
    () => commitsSince(folder, ABSENT),
    () => cutForTune(folder, { manifest: { dataset: { commit: ABSENT, learnedTo: ABSENT } } } as never),
    () => mineRepository(mine),
    () => mineRepository({ ...mine, split: { by: 'time' } }),
    () => buildIndex(folder),
    () => identityOf(folder),
    () => resolveRemote(folder),
    () => resolveRemote(folder, 'evil'),
  ];
  const refusals: string[] = [];
  for (const question of questions)
    refusals.push(
      await question().then(
        () => '',
        (error: Error) => error.message,
      ),
    );
  return refusals;
}

it('without traps, every query is answered or ends where it lacks code or a remote', async () => {
  const [tooLittle, noRemote] = [/^Too little code to learn from/, /has no remote/].map((why) =>
    expect.stringMatching(why),
  );
  expect(await everyQuestion(template.folder)).toEqual([
    ...['', '', ''],
    ...[tooLittle, tooLittle],
    ...['', ''],
    ...[noRemote, noRemote],
  ]);
});

interface Row {
  readonly plant: (trap: Trap) => void;
  /** A plain git command that springs the trap, to prove that it works. */
  readonly provoke: readonly string[];
  readonly input?: string;
}

const attributes = (trap: Trap, line: string): Trap => trap.write('.git/info/attributes', `${line}\n`);
const promisor = (trap: Trap, ...more: (readonly [string, string])[]): Trap =>
  trap.config(
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'evil'],
    ['remote.evil.promisor', 'true'],
    ...more,
  );
const signed = (kind: string) => (trap: Trap) => {
  const [tree, parent] = [trap.must(['rev-parse', 'HEAD^{tree}']), trap.must(['rev-parse', 'HEAD~1'])];
  const who = 'Ada Dev <ada@example.com> 1700000000 +0000';
  const signature = `gpgsig -----BEGIN ${kind}-----\n \n aGVsbG8=\n -----END ${kind}-----`;
  const text = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n${signature}\n\nsigned\n`;
  trap.must(['reset', '--quiet', '--hard', trap.must(['hash-object', '-t', 'commit', '-w', '--stdin'], text)]);
  trap.write('.git/signers', 'ada@example.com ssh-ed25519 AAAA\n');
  trap.config(['log.showSignature', 'true'], ['gpg.ssh.allowedSignersFile', join(trap.folder, '.git/signers')]);
  const formats = ['gpg.program', 'gpg.openpgp.program', 'gpg.x509.program', 'gpg.ssh.program'] as const;
  trap.config(...formats.map((name) => [name, trap.program] as const));
};
const hooks = [
  ...['applypatch-msg', 'pre-commit', 'post-commit', 'post-checkout', 'post-index-change', 'pre-auto-gc'],
  ...['reference-transaction', 'post-rewrite', 'fsmonitor-watchman', 'pre-push', 'sendemail-validate'],
];
const credential = `protocol=https\nhost=evil.example\n\n`;

const rows: Record<string, Row> = {
  'core.fsmonitor': { plant: (t) => t.config(['core.fsmonitor', t.program]), provoke: ['status'] },
  'core.fsmonitor behind include.path': {
    plant: (t) => t.write('.git/more', `[core]\n\tfsmonitor = ${t.program}\n`).config(['include.path', 'more']),
    provoke: ['status'],
  },
  'core.fsmonitor in config.worktree': {
    plant: (t) => {
      t.config(['core.repositoryFormatVersion', '1'], ['extensions.worktreeConfig', 'true']);
      t.write('.git/config.worktree', `[core]\n\tfsmonitor = ${t.program}\n`);
    },
    provoke: ['status'],
  },
  hooks: {
    plant: (t) => {
      for (const name of hooks) t.write(`.git/hooks/${name}`, `#!/bin/sh\nexec ${t.program}\n`, 0o755);
    },
    provoke: ['commit', '--allow-empty', '-m', 'x'],
  },
  'core.hooksPath': {
    plant: (t) => {
      for (const name of hooks) t.write(`.hooks/${name}`, `#!/bin/sh\nexec ${t.program}\n`, 0o755);
      t.config(['core.hooksPath', '.hooks']);
    },
    provoke: ['commit', '--allow-empty', '-m', 'x'],
  },
  'core.sshCommand': {
    plant: (t) => t.config(['core.sshCommand', t.program], ['remote.origin.url', 'ssh://evil.example/x']),
    provoke: ['ls-remote'],
  },
  'core.gitProxy': {
    plant: (t) => t.config(['core.gitProxy', t.program], ['remote.origin.url', 'git://evil.example/x']),
    provoke: ['ls-remote'],
  },
  'core.askPass': {
    plant: (t) => t.config(['core.askPass', t.program]),
    provoke: ['credential', 'fill'],
    input: credential,
  },
  'credential.helper': {
    plant: (t) => t.config(['credential.helper', `!${t.program}`]),
    provoke: ['credential', 'fill'],
    input: credential,
  },
  'credential.<url>.helper': {
    plant: (t) => t.config(['credential.https://evil.example.helper', `!${t.program}`]),
    provoke: ['credential', 'fill'],
    input: credential,
  },
  'core.editor': { plant: (t) => t.config(['core.editor', t.program]), provoke: ['commit', '--amend'] },
  'diff.external': { plant: (t) => t.config(['diff.external', t.program]), provoke: ['diff', 'HEAD~1', 'HEAD'] },
  'diff.<driver>.command': {
    plant: (t) => attributes(t, '* diff=evil').config(['diff.evil.command', t.program]),
    provoke: ['diff', 'HEAD~1', 'HEAD'],
  },
  'diff.<driver>.textconv': {
    plant: (t) =>
      t
        .write('.gitattributes', '* diff=evil\n')
        .write('.git-blame-ignore-revs', `${ABSENT}\n`)
        .commit()
        .config(['diff.evil.textconv', t.program], ['diff.evil.cachetextconv', 'true']),
    provoke: ['log', '-p', '-2'],
  },
  'filter.<driver>.clean': {
    plant: (t) => attributes(t, '* filter=evil').config(['filter.evil.clean', t.program]).write('src/a.ts', 'changed'),
    provoke: ['status'],
  },
  'filter.<driver>.smudge': {
    plant: (t) => attributes(t, '* filter=evil').config(['filter.evil.smudge', t.program]),
    provoke: ['cat-file', '--filters', 'HEAD:src/a.ts'],
  },
  'filter.<driver>.process': {
    plant: (t) => attributes(t, '* filter=evil').config(['filter.evil.process', t.program]),
    provoke: ['cat-file', '--filters', 'HEAD:src/a.ts'],
  },
  'log.showSignature with gpg.program': { plant: signed('PGP SIGNATURE'), provoke: ['log', '-1'] },
  'log.showSignature with gpg.x509.program': { plant: signed('SIGNED MESSAGE'), provoke: ['log', '-1'] },
  'log.showSignature with gpg.ssh.program': { plant: signed('SSH SIGNATURE'), provoke: ['log', '-1'] },
  "diff.submodule=diff with a submodule's diff.external": {
    plant: (t) => {
      cpSync(t.folder, join(t.dir, 'inner'), { recursive: true });
      renameSync(join(t.dir, 'inner'), join(t.folder, 'inner'));
      t.must(['add', 'inner']);
      t.must(['commit', '--quiet', '-m', 'inner']);
      t.must(['-C', 'inner', 'reset', '--quiet', '--hard', 'HEAD~1']);
      t.must(['-C', 'inner', 'config', 'diff.external', t.program]);
      t.must(['commit', '--quiet', '-m', 'inner', 'inner']);
      t.config(['diff.submodule', 'diff']);
    },
    provoke: ['log', '-p', '-1'],
  },
  'remote.<promisor>.uploadpack': {
    plant: (t) => promisor(t, ['remote.evil.url', t.dir], ['remote.evil.uploadpack', t.program]),
    provoke: ['rev-list', '--count', `${ABSENT}..HEAD`],
  },
  'a promisor at ext::': {
    plant: (t) => promisor(t, ['remote.evil.url', `ext::${t.program}`], ['protocol.ext.allow', 'always']),
    provoke: ['rev-list', '--count', `${ABSENT}..HEAD`],
  },
  'a promisor by ssh': {
    plant: (t) => promisor(t, ['remote.evil.url', 'ssh://evil.example/x'], ['core.sshCommand', t.program]),
    provoke: ['cat-file', '-e', ABSENT],
  },
  'core.alternateRefsCommand': {
    plant: (t) => {
      cpSync(join(t.folder, '.git'), join(t.dir, 'other.git'), { recursive: true });
      t.write('.git/objects/info/alternates', `${join(t.dir, 'other.git', 'objects')}\n`);
      t.config(['core.alternateRefsCommand', t.program]);
    },
    provoke: ['rev-list', '--alternate-refs', 'HEAD'],
  },
  'tar.<format>.command': {
    plant: (t) => t.config(['tar.evil.command', t.program]),
    provoke: ['archive', '--format=evil', 'HEAD'],
  },
  'trailer.<token>.command': {
    plant: (t) => t.config(['trailer.evil.key', 'Evil'], ['trailer.evil.command', t.program]),
    provoke: ['interpret-trailers', '--trailer', 'evil=x'],
    input: 'subject\n',
  },
  'merge.<driver>.driver': {
    plant: (t) => {
      t.must(['checkout', '--quiet', '-b', 'side', 'HEAD~1']);
      t.write('src/c.ts', 'one\n').commit();
      attributes(t, '* merge=evil').config(['merge.evil.driver', t.program]);
    },
    provoke: ['merge', '-m', 'x', 'main'],
  },
  'alias.<name>': { plant: (t) => t.config(['alias.mine', `!${t.program}`]), provoke: ['mine'] },
};

it.each(Object.entries(rows))('%s runs no planted program', async (_, { plant, provoke, input }) => {
  using trap = new Trap(template.folder);
  plant(trap);
  trap.reset();
  await everyQuestion(trap.folder);
  expect(trap.sprung).toBe('');
  // It was set all the while.
  trap.plain(provoke, input === undefined ? {} : { input });
  expect(trap.sprung, 'plain git runs it').not.toBe('');
});

it('refuses a bare repository that lies among the files of another', async () => {
  using trap = new Trap(template.folder);
  const inner = join(trap.folder, 'fixtures');
  trap.must(['init', '--quiet', '--bare', inner]);
  mkdirSync(join(trap.folder, 'fixtures/files'));
  trap.must(['-C', inner, 'config', 'core.bare', 'false']);
  trap.must(['-C', inner, 'config', 'core.worktree', 'files']);
  trap.must(['-C', inner, 'config', 'core.fsmonitor', trap.program]);
  trap.plain(['-C', inner, 'status']);
  expect(trap.sprung).not.toBe('');
  trap.reset();
  await everyQuestion(inner);
  expect(trap.sprung).toBe('');
  await expect(mineRepository({ folder: inner })).rejects.toThrow(/bare repository/);
});

it('ignores variables of git that the caller has set', async () => {
  using trap = ordinaryRepository();
  using other = new Trap();
  const head = trap.must(['rev-parse', 'HEAD']);
  const planted = {
    GIT_DIR: join(other.folder, '.git'),
    GIT_WORK_TREE: other.folder,
    GIT_EXTERNAL_DIFF: trap.program,
    GIT_SSH_COMMAND: trap.program,
    GIT_ASKPASS: trap.program,
    GIT_TRACE: join(trap.dir, 'trace'),
    GIT_CONFIG_PARAMETERS: `'core.fsmonitor'='${trap.program}'`,
    GIT_INDEX_FILE: join(other.folder, 'index'),
    GIT_OBJECT_DIRECTORY: other.folder,
    GIT_EXEC_PATH: other.folder,
  };
  try {
    Object.assign(process.env, planted);
    await everyQuestion(trap.folder);
    const mined = await mineRepository({ folder: trap.folder, processes: 0, cachePath: null, history: true });
    expect(mined.commit).toBe(head);
    expect(mined.pairs.some(({ kind }) => kind === 'history')).toBe(true);
  } finally {
    for (const name of Object.keys(planted)) delete process.env[name];
  }
  expect(trap.sprung).toBe('');
});

it.each(['.', '', './bin'])(
  'does not run a git planted in the folder, even with %j first on the PATH',
  async (entry) => {
    using trap = new Trap(template.folder);
    const planted = join(trap.folder, entry, 'git');
    mkdirSync(join(trap.folder, entry), { recursive: true });
    writeFileSync(planted, `#!/bin/sh\nexec ${trap.program}\n`);
    chmodSync(planted, 0o755);
    const before = process.env['PATH'];
    try {
      process.env['PATH'] = `${entry}:${before}`;
      trap.plain(['status']);
      expect(trap.sprung, 'it would be found').not.toBe('');
      trap.reset();
      await everyQuestion(trap.folder);
    } finally {
      process.env['PATH'] = before;
    }
    expect(trap.sprung).toBe('');
  },
);
