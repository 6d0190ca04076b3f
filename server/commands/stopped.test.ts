import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { StatisticsStore } from '../completion/statistics/store.ts';
import { moduleText } from '../mining/testing.ts';
import { scriptPath, statisticsFile } from '../storage/paths.ts';
import { dispatch } from './dispatch.ts';
import { quoted } from './terminal.ts';

vi.setConfig({ testTimeout: 120_000 });

const data = mkdtempSync(join(tmpdir(), 'repotune-stopped-'));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

test.each([
  ['Ctrl-C', '\x03', 130, 'repotune: stopped. Nothing was changed.'],
  ['Ctrl-D', '\x04', 0, 'Nothing was cleared.'],
  ['another key', 'x\r', 0, 'Nothing was cleared.'],
])('%s at a question changes nothing', async (_, key, code, words) => {
  const store = await counted();
  const said: string[] = [];
  for (const way of ['log', 'error'] as const)
    vi.spyOn(console, way).mockImplementation((...parts) => void said.push(parts.join(' ')));
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as unknown as typeof process.stdin);
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(output as unknown as typeof process.stderr);
  const asked = once(output, 'data');
  const answer = dispatch(['statistics', 'clear']);
  await asked;
  input.write(key);
  expect(await answer).toBe(code);
  expect(said).toEqual([words]);
  expect((await store.days()).size).toBe(1);
});

/** util-linux's, which takes a command and makes a terminal for it. */
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

test.runIf(hasScript).each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s at a question stops the command', async (signal) => {
  const store = await counted();
  // The shell tells the number of its process, which becomes the command's.
  const words = [process.execPath, scriptPath('cli'), 'statistics', 'clear'];
  const line = `echo "pid $$;"; exec ${words.map((word) => quoted(word)).join(' ')}`;
  const run = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { ...process.env, REPOTUNE_DATA: data, SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  run.stdout.setEncoding('utf8').on('data', (text: string) => {
    const wasAsked = said.includes('[y/N]');
    said += text;
    if (!wasAsked && said.includes('[y/N]')) process.kill(Number(/pid (\d+);/.exec(said)![1]), signal);
  });
  const [code] = await once(run, 'close');
  expect(said).toContain('repotune: stopped. Nothing was changed.');
  expect(code).toBe(130);
  expect((await store.days()).size).toBe(1);
});

async function counted(): Promise<StatisticsStore> {
  vi.stubEnv('REPOTUNE_DATA', data);
  const store = new StatisticsStore(statisticsFile(), Date.now);
  store.add({ offered: 12 }, Date.parse('2026-01-02T12:00:00Z'));
  await store.flush();
  return store;
}

test.skipIf(process.platform === 'win32').each([
  ['Ctrl-C', 'SIGINT'],
  ['the end of a terminal', 'SIGHUP'],
] as const)('%s reaches the engine too, which leaves the stop to its command', async (_, signal) => {
  const file = join(data, 'a.ts');
  writeFileSync(file, moduleText('a', 8));
  const places = Array.from({ length: 200 }, (_, i) => `${file}:${1 + (i % 12)}:1`);
  const run = spawn(process.execPath, [scriptPath('cli'), 'complete', ...places, '--invoked', '--base', '--json'], {
    env: { ...process.env, REPOTUNE_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Leads a group of processes, as the shell of a terminal starts it.
    detached: true,
  });
  let said = '';
  run.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(run.stdout, 'data');
  run.stdout.resume();
  process.kill(-run.pid!, signal);
  const [code] = await once(run, 'close');
  expect({ code, said }).toEqual({ code: 130, said: 'repotune: stopped. Nothing was changed.\n' });
});
