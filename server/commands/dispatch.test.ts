import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Submission, submissionFolder, writeSubmission } from '../cluster/submission.ts';
import { backendDownload } from '../common/backendCatalogue.ts';
import { scriptPath } from '../storage/paths.ts';
import { backendsCommand } from './backends.ts';
import { dispatch } from './dispatch.ts';
import { modelsCommand } from './models.ts';

const data = mkdtempSync(join(tmpdir(), 'repotune-dispatch-'));
let said: string[];
beforeEach(() => {
  said = [];
  vi.stubEnv('REPOTUNE_DATA', data);
  for (const way of ['log', 'error'] as const)
    vi.spyOn(console, way).mockImplementation((...words) => void said.push(words.join(' ')));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

describe('a command line that cannot be carried out', () => {
  test.each([
    ['tune --model=', 2, 'one of the arguments is empty'],
    ['models delete one two', 2, 'name only one model'],
    ['models get qwen2.5-coder-0.5b --hub nowhere', 1, '--hub is nowhere, which is no address'],
    ['models show qwen2.5-coder-0.5b', 1, 'run: repotune models get qwen2.5-coder-0.5b'],
    ['backends get cuda cuda12', 2, 'name only one backend'],
    ['backends list cuda', 2, 'list takes no backend'],
    ['models list some-one', 2, 'list takes no model'],
    ['models recommend some-one', 2, 'recommend takes no model'],
    ['live show some-one', 2, 'show takes no adapter'],
    ['live stop some-one', 2, 'stop takes no adapter'],
    ['share list some-one', 2, 'list takes no adapter'],
    ['share prune some-one --keep 3', 2, 'prune takes no adapter'],
    ['cluster list some-one', 2, 'list takes no submission'],
    ['cluster submit one --packed repotune-a --address http://127.0.0.1:9 --trust-address', 2, 'takes no folder'],
    ['cluster submit --address http://127.0.0.1:9', 2, 'for the first time? Confirm with --trust-address'],
    ['cluster submit --address http://127.0.0.1:9 --yes', 2, 'for the first time? Confirm with --trust-address'],
    ['statistics show some-one', 2, 'show takes no names'],
    ['doctor elsewhere', 2, 'name the folder with --folder'],
    ['adapters delete one two', 2, 'takes at most one argument'],
    ['adapters rename one my own name', 2, 'quote a name with spaces'],
    ['adapters disable some-one', 2, 'disable takes no adapter'],
    ['adapters rollback some-one', 2, 'rollback takes no adapter'],
    ['adapters activate some-one --glob docs/**', 2, 'activate takes no --glob: that is for route and unroute'],
    ['adapters delete some-one --force', 2, 'delete takes no --force: that is for activate'],
    ['share publish some-one --dry-run', 2, 'publish takes no --dry-run: that is for prune'],
    ['share verify some-one --activate', 2, 'verify takes no --activate: that is for pull'],
    ['share list --yes', 2, 'list takes no --yes: that is for pull and prune'],
    ['models delete some-one --remove', 2, 'delete takes no --remove: that is for prepare'],
    ['live stop --percent 3', 2, 'stop takes no --percent: that is for start'],
    ['statistics show --yes', 2, 'show takes no --yes: that is for clear'],
    ['backends delete cuda --proxy http://a', 2, 'delete takes no --proxy: that is for get'],
    ['cluster stop some-one --from .', 2, 'stop takes no --from: that is for take'],
    [
      'cluster follow some-one --address http://127.0.0.1:9',
      2,
      'follow takes no --address: that is for submit and pack',
    ],
    ['tune --refit some-one --keep-up', 2, 'leave --keep-up out'],
    ['tune --refit some-one --rank 8', 2, 'leave --rank out'],
    ['cluster pack --model nowhere.gguf', 1, 'nowhere.gguf. Choose a base model'],
    ['models prepare nowhere.gguf --remove', 1, 'nowhere.gguf. Choose a base model'],
    ['cluster pack --address http://ann:x@ray --model nowhere.gguf', 1, 'it holds a password'],
    ['cluster pack --rank 8.5', 2, '--rank takes a whole number'],
    ['mine --samples 1.5', 2, '--samples takes a whole number'],
    ['tune --no-such-option 1', 2, '\n\nrepotune tune: there is no option --no-such-option'],
    ['tune --model', 2, '\n\nrepotune tune: --model takes a value'],
    ['tune --model --json', 2, '\n\nrepotune tune: --model takes a value'],
    ['tune --json=yes', 2, '\n\nrepotune tune: --json takes no value'],
  ])('%s: exits with %d and says why', async (line, code, words) => {
    expect(await dispatch(line.split(' '))).toBe(code);
    const all = said.join('\n');
    expect(all).toContain(words);
    // A usage may be longer than the terminal is high.
    if (code === 2) expect(all.slice(all.lastIndexOf('\n\n'))).toContain(words);
  });
});

test.each([[['share', 'prune', '--keep', ' ']], [['share', 'prune', '--older-than= ']]])(
  '%j: blanks are no number',
  async (words) => {
    expect(await dispatch(words)).toBe(2);
    expect(said.join()).toMatch(/--[a-z-]+ takes a number from 0 to \d+, not {2}/);
  },
);

test('models show takes the name of a listed model', async () => {
  expect(await dispatch(['models', 'show', 'bundled', '--json'])).toBe(0);
  expect(JSON.parse(said[0]!)).toMatchObject({ architecture: 'llama' });
});

test('a stopped download says how to resume it', async () => {
  const stopped = AbortSignal.abort();
  expect(await modelsCommand.run(['get', 'qwen2.5-coder-0.5b', '--hub', 'http://127.0.0.1:9/'], stopped)).toBe(130);
  expect(said.at(-1)).toContain('To resume, run: repotune models get qwen2.5-coder-0.5b');
  if (backendDownload('cuda') === null) return;
  expect(await backendsCommand.run(['get', 'cuda'], stopped)).toBe(130);
  expect(said.at(-1)).toContain('run the same command again to resume');
});

describe('cluster stop', () => {
  const submitted = async (address: string | null): Promise<string> => {
    const submission = { id: 'repotune-a-b', address, ...about } satisfies Submission;
    const folder = submissionFolder(data, submission.id);
    await writeSubmission(folder, submission);
    return folder;
  };
  const repository = {
    number: 1,
    folder: '/somewhere',
    repository: 'somewhere',
    runId: 'run-a',
    files: 1,
    pairs: 1,
    bytes: 1,
    tokens: 1,
    learnedTo: '',
    firstCommit: '',
    prompt: { order: 'suffix-first' as const, repoTokens: false },
    steps: 1,
    tokensPerStep: 1,
    learningRate: 1,
    rank: 1,
    alpha: 1,
    weightDecay: 0,
    seed: 1,
    adapterId: null,
  };
  const about = {
    format: 1 as const,
    createdAtMs: 0,
    installed: false,
    base: 'team/base',
    modelPath: '/model.gguf',
    modelSha256: '',
    repositories: [repository],
  };

  test('deletes a submission that was not sent', async () => {
    const folder = await submitted(null);
    expect(await dispatch(['cluster', 'stop', 'repotune-a-b'])).toBe(0);
    expect(said.join()).toContain('was not sent');
    expect(existsSync(folder)).toBe(false);
  });

  test('fails when the cluster is gone, and says that the job may go on there and how to forget it', async () => {
    const folder = await submitted('http://127.0.0.1:9');
    expect(await dispatch(['cluster', 'stop', 'repotune-a-b'])).toBe(1);
    expect(said).toEqual([
      expect.stringMatching(
        /^repotune: .*127\.0\.0\.1:9.*\. repotune-a-b may go on there\. If that cluster is gone for good, /s,
      ),
    ]);
    expect(said.join()).toContain(`delete ${folder} to forget the submission`);
    expect(existsSync(folder)).toBe(true);
  });
});

test.each([[['--help']], [['-h']], [['help']]])('%j lists the commands', async (words) => {
  expect(await dispatch(words)).toBe(0);
  expect(said.join()).toContain('  tune       Tunes an adapter');
});

test('--version prints the version alone', async () => {
  expect(await dispatch(['--version'])).toBe(0);
  expect(said).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});

test.each(['tune', 'mine', 'eval'])('%s uses the current folder when none is named', (command) => {
  const folder = mkdtempSync(join(data, 'empty '));
  const cli = scriptPath('cli');
  const { status, stderr } = spawnSync(process.execPath, [cli, command], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toContain(folder);
  expect(status).toBe(1);
});

test.each(['adapters', 'models', 'share', 'live', 'cluster', 'statistics'])(
  '%s --help names every action',
  async (command) => {
    expect(await dispatch([command, 'no-such-action'])).toBe(2);
    const [, actions] = /the actions are ([\w, ]+)$/.exec(said[0]!)!;
    said = [];
    await dispatch([command, '--help']);
    const words = said.join().split(/[^\w-]+/);
    expect(actions!.split(', ').filter((action) => !words.includes(action))).toEqual([]);
  },
);
