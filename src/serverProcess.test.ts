import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ServerProcess } from './serverProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-server-process-'));

function script(text: string): { module: string; env: Record<string, string> } {
  const module = join(folder, `${Math.random().toString(36).slice(2)}.cjs`);
  writeFileSync(module, text);
  return { module, env: { GREETING: 'hello' } };
}

const talking = script(
  "process.on('message', () => process.send([process.env.GREETING, process.env.ELECTRON_RUN_AS_NODE, ...process.argv.slice(2)]));process.on('disconnect', () => process.exit(0))",
);

test('the one started ahead is taken once, and speaks by IPC; the next is another', async () => {
  const server = new ServerProcess(talking);
  server.start();
  server.start();
  const first = server.take();
  first.send('?');
  expect((await once(first, 'message'))[0]).toEqual(['hello', '1', '--node-ipc', `--clientProcessId=${process.pid}`]);
  const second = server.take();
  expect(second.pid).not.toBe(first.pid);
  first.kill();
  second.kill();
});

test('one that died before it was taken is not taken', async () => {
  const server = new ServerProcess(script('process.exit(3)'));
  server.start();
  const dead = server.take();
  await once(dead, 'exit');
  server.start();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const fresh = server.take();
  expect(fresh.exitCode).toBeNull();
  await once(fresh, 'exit');
});

test('ending tells the one that waits by its channel, and kills one that does not hear', async () => {
  const waiting = new ServerProcess(talking);
  waiting.start();
  const deaf = new ServerProcess(script("process.on('disconnect', () => {});setInterval(() => {}, 1000)"));
  const stuck = deaf.take();
  deaf.end();
  expect((await once(stuck, 'exit'))[1]).toBe('SIGKILL');
  waiting.end();
});
