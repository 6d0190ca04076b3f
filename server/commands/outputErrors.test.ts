import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { moduleText } from '../mining/testing.ts';
import { scriptPath } from '../storage/paths.ts';

vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'repotune-output-'));
const file = join(folder, 'a.ts');
const env = { ...process.env, REPOTUNE_DATA: join(folder, 'data') };
for (let i = 0; i < 12; i++) writeFileSync(join(folder, `m${i}.ts`), moduleText(`m${i}`));
writeFileSync(file, moduleText('a'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a command whose reader has left goes on to its end', async () => {
  const args = ['complete', `${file}:3:1`, `${file}:4:1`, '--invoked', '--base'];
  const run = spawn(process.execPath, [scriptPath('cli'), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  run.stdout.destroy();
  let said = '';
  run.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(run, 'close');
  expect(said).not.toContain('EPIPE');
  expect(code).toBe(0);
});

test.runIf(process.platform === 'linux')('progress that cannot be shown ends no command', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stdout } = spawnSync(process.execPath, [scriptPath('cli'), 'mine', folder, '--json'], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', full],
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ root: folder });
});

test.runIf(process.platform === 'linux').each([
  ['console.log', ['adapters', '--folder', folder, '--json']],
  ['process.stdout', ['complete', `${file}:1:1`, '--invoked', '--base']],
])('output that a full disk does not take is a failure (%s)', (_, args) => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [scriptPath('cli'), ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', full, 'pipe'],
  });
  expect(stderr).toMatch(/^repotune: the output could not be written \(ENOSPC\)\.\n$/m);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(1);
});
