// npm run check:ci: `--help` says what it does.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { packageRoot } from '../server/storage/paths.ts';
import { type CiRun, ciBars } from './ci/bars.ts';
import { readAction, runAction } from './ci/steps.ts';
import { tracesOf } from './ci/traces.ts';
import { commandLine, positiveNumber, wholeNumber } from './commandLine.ts';

/** An adapter that learns the same code repeatedly eventually stops improving. */
const MORE_RUNS = 3;

const USAGE = `usage: npm run check:ci -- [--minutes N] [--runs N] [--json]

The steps of .github/actions/tune in a clean clone against a bare remote. What passed the gate must then be at the remote for
another clone to take; a run that does not pass, such as one that cannot beat the previous one, must publish nothing: if all pass, up to
${MORE_RUNS} more are made, until one does not.

options:
  --minutes N   of each tune (3)
  --runs N      at least (2)
  --json        end with one line of JSON`;

const { values } = commandLine(USAGE, {
  minutes: { type: 'string', default: '3' },
  runs: { type: 'string', default: '2' },
});
positiveNumber('--minutes', values.minutes);
const runCount = wholeNumber('--runs', values.runs);
/** A runner provides one, and git gets it for one step only; the remote here accepts any. */
const TOKEN = 'planted-token-that-nothing-may-keep';
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
  const inputs = { minutes: values.minutes, token: TOKEN };
  const runs: CiRun[] = [];
  const enough = (): boolean => runs.length >= runCount && runs.some(({ passed }) => !passed);
  for (let run = 1; run <= runCount + MORE_RUNS && !enough(); run++) {
    say(`Run ${run} in a clean clone`);
    const before = refs(remote!);
    const temp = join(work, 'temp');
    const { steps, outputs } = runAction(action, { actionPath, folder: clone!, temp, inputs });
    const published = refs(remote!).filter((ref) => !before.includes(ref));
    const passed = outputs['steps.tune.outputs.activated'] === 'true';
    const adapter = outputs['steps.tune.outputs.adapter'] ?? '';
    if (!existsSync(other!)) git(work, 'clone', '--quiet', remote!, other!);
    const taken = published.length > 0 && repotune(other!, ['share', 'pull', adapter, '--trust-author', '--json']);
    runs.push({ steps, passed, published, taken });
    say(`${steps.join(', ')}: ${passed ? 'passed' : 'did not pass'}, ${published.length} new refs`);
  }
  // The runner's identity is not left behind either.
  const config = readFileSync(join(clone!, '.git', 'config'), 'utf8');
  const left = [...tracesOf(TOKEN, [work]), ...(/extraheader|team-ci/i.test(config) ? ['an identity'] : [])];
  for (const trace of left) say(`left behind: ${trace}`);
  report(ciBars(runs, left), values.json, { runs });
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

/** Whether it succeeded. */
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
