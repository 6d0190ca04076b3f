import { spawn } from 'node:child_process';
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
  vi.stubEnv('REPOTUNE_DATA', data);
  const store = new StatisticsStore(statisticsFile(), Date.now);
  store.add({ offered: 12 }, Date.parse('2026-01-02T12:00:00Z'));
  await store.flush();
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

test.skipIf(process.platform === 'win32')(
  'Ctrl-C reaches the engine too, which leaves the stop to its command',
  async () => {
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
    process.kill(-run.pid!, 'SIGINT');
    const [code] = await once(run, 'close');
    expect({ code, said }).toEqual({ code: 130, said: 'repotune: stopped. Nothing was changed.\n' });
  },
);
