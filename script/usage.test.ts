/** What the checkout's scripts say about unknown options, and on a Node that cannot run them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(...words: string[]) {
  return spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
}

test.each(['script/vscode.mjs', 'script/package.mjs', 'test/e2e/run.mjs', 'test/e2e/cluster.mjs'])(
  '%s prints its usage with --help, and refuses an unknown option',
  (script) => {
    const { status, stdout, stderr } = run(join(root, script), '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^usage: /);
    expect(run(join(root, script), '--no-such-option')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'There is no option --no-such-option. --help shows the usage.\n',
    });
  },
);

test.each([
  ['test/e2e/run.mjs', ['--only', 'nothing'], '--only takes tune-and-complete, '],
  ['script/vscode.mjs', ['--port', 'any'], '--port takes a whole number from 1 on, not any.'],
  ['script/test.mjs', ['--only', 'units'], 'npm test: --only takes types, lint, architecture, unit, e2e, not "units".'],
  ['script/test.mjs', ['--ony', 'unit'], 'npm test: it takes --only types,lint,architecture,unit,e2e, not "--ony".'],
  ['script/test.mjs', ['--only', 'types', 'unit'], 'npm test: it takes --only types,'],
  ['script/test.mjs', ['--only'], 'npm test: --only takes types, lint, architecture, unit, e2e, not "".'],
])('%s %j is refused', (script, words, sentence) => {
  const { status, stdout, stderr } = run(join(root, script), ...words);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.startsWith(sentence)).toBe(true);
});

test.each([
  [
    'darwin',
    'v20.19.0',
    1,
    'setup: On darwin-arm64 Repotune runs on your own Node, which must be 24 or newer. This one is v20.19.0.\n',
  ],
  [
    'freebsd',
    'v22.1.0',
    1,
    'setup: On freebsd-arm64 Repotune runs on your own Node, which must be 24 or newer. This one is v22.1.0.\n',
  ],
])('set-up on %s with Node %s says which Node it needs', (platform, version, code, words) => {
  const pretend = Object.entries({ platform, version, arch: 'arm64' })
    .map(([name, value]) => `Object.defineProperty(process, '${name}', { value: '${value}' });`)
    .join('');
  const { status, stderr } = run('--import', `data:text/javascript,${encodeURIComponent(pretend)}`, 'script/setup.mjs');
  expect({ status, stderr }).toEqual({ status: code, stderr: words });
});

test("without Debian's package manager a missing Chromium is reported with what to install", () => {
  const { stderr } = spawnSync(
    process.execPath,
    [
      '-e',
      "import('./script/codeServer.mjs').then((one) => one.findChromium()).catch(({ message }) => console.error(message))",
    ],
    { cwd: root, encoding: 'utf8', env: { PATH: join(root, 'media') } },
  );
  expect(stderr).toBe(
    'What Debian calls chromium has to be installed here.\nNo Chromium was found: install one, or name it in REPOTUNE_CHROMIUM.\n',
  );
});
