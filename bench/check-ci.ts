/**
 * `npm run check:ci [-- --json] [--minutes n]`: the steps of `.github/actions/tune` in a clean clone against a bare remote. What passed the gate is
 * at the remote and can be taken by another clone; a second run, which cannot beat the first, publishes nothing.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { report } from '../server/common/bars.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { readAction, runAction } from './ci/steps.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, minutes: { type: 'string', default: '3' } },
});
const SOURCES = ['server/completion', 'server/mining', 'server/prompt', 'server/adapters'];
const actionPath = join(packageRoot, '.github', 'actions', 'tune');
const action = readAction(readFileSync(join(actionPath, 'action.yml'), 'utf8'));
const work = await mkdtemp(join(tmpdir(), 'repotune-ci-'));
const say = (line: string): void => {
  if (!values.json) console.log(line);
};
try {
  const [source, remote, clone, other] = ['source', 'remote.git', 'clone', 'other'].map((name) => join(work, name));
  for (const path of SOURCES) cpSync(join(packageRoot, path), join(source!, path), { recursive: true });
  git(work, 'init', '--quiet', '--initial-branch=main', source!);
  git(source!, 'add', '--all');
  git(source!, 'commit', '--quiet', '-m', 'code');
  git(work, 'clone', '--quiet', '--bare', source!, remote!);
  git(work, 'clone', '--quiet', remote!, clone!);
  const inputs = { minutes: values.minutes, token: '' };
  const before = refs(remote!);
  say('Tuning in a clean clone');
  const first = runAction(action, { actionPath, folder: clone!, temp: join(work, 'first'), inputs });
  const published = refs(remote!).filter((ref) => !before.includes(ref));
  say(`${first.steps.join(', ')}: ${JSON.stringify(first.outputs)}, ${published.length} new refs`);

  git(work, 'clone', '--quiet', remote!, other!);
  const adapter = first.outputs['steps.tune.outputs.adapter'] ?? '';
  const there = published.length > 0 && repotune(other!, ['share', 'pull', adapter, '--trust-author', '--json']);
  // The record of who may read what stays out of the clone: no token, no name of the runner's.
  const config = readFileSync(join(clone!, '.git', 'config'), 'utf8');
  const traces =
    [/extraheader/i, /team-ci/].filter((trace) => trace.test(config)).length +
    Number(existsSync(join(work, 'first', 'home', '.gitconfig')));

  say('Tuning there once more, on the same code');
  const second = runAction(action, { actionPath, folder: clone!, temp: join(work, 'first'), inputs });
  const passedAgain = second.outputs['steps.tune.outputs.activated'] === 'true';
  const more = refs(remote!).length - before.length - published.length;
  report(
    [
      { name: 'adapters-published', value: published.length > 0 && there ? 1 : 0, op: '>=', bar: 1 },
      // Where it passed again it is better than the first, and its place is at the remote.
      { name: 'refused-but-published', value: passedAgain ? 0 : more, op: '<=', bar: 0 },
      { name: 'traces-of-credentials', value: traces, op: '<=', bar: 0 },
    ],
    values.json,
    { first, second, published },
  );
} finally {
  await rm(work, { recursive: true, force: true });
}

function git(folder: string, ...args: string[]): string {
  const identity = {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
  const env = { ...process.env, ...identity, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function refs(remote: string): string[] {
  return git(remote, 'for-each-ref', '--format=%(refname)')
    .split('\n')
    .filter((ref) => ref !== '');
}

/** Whether it ended well. */
function repotune(folder: string, args: readonly string[]): boolean {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(packageRoot, 'server', 'cli.ts'), ...args, '--folder', folder],
    {
      env: { ...process.env, REPOTUNE_DATA: join(work, 'data') },
      encoding: 'utf8',
    },
  );
  if (status !== 0) say(stderr);
  return status === 0;
}
