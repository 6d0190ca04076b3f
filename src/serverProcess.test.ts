import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ServerProcess, type ServerScript } from './serverProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-server-process-'));

function script(text: string): ServerScript {
  const module = join(folder, `${Math.random().toString(36).slice(2)}.cjs`);
  writeFileSync(module, text);
  return { module, env: () => ({ GREETING: 'hello' }) };
}

const talking = script(
  "process.on('message', () => process.send([process.env.GREETING, process.env.ELECTRON_RUN_AS_NODE, ...process.execArgv, ...process.argv.slice(2)]));process.on('disconnect', () => process.exit(0))",
);

test('a server started ahead is taken once, and speaks by IPC; the next is another', async () => {
  const server = new ServerProcess(talking);
  server.start();
  server.start();
  const first = server.take();
  first.send('?');
  expect((await once(first, 'message'))[0]).toEqual([
    'hello',
    '1',
    '--max-semi-space-size=8',
    '--node-ipc',
    `--clientProcessId=${process.pid}`,
  ]);
  const second = server.take();
  expect(second.pid).not.toBe(first.pid);
  first.kill();
  second.kill();
});

test('a server that died before it was taken is replaced by a live one', async () => {
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

test('ending closes the channel of a server started ahead, which ends by itself', async () => {
  const forked: ChildProcess[] = [];
  const server = new ServerProcess(talking, ((...of: Parameters<typeof fork>) => {
    forked.push(fork(...of));
    return forked.at(-1);
  }) as typeof fork);
  server.start();
  const [waiting] = forked as [ChildProcess];
  waiting.send('?');
  await once(waiting, 'message');
  server.end();
  expect([forked.length, waiting.connected]).toEqual([1, false]);
  if (waiting.exitCode === null) await once(waiting, 'exit');
});

test('ending gives a server time to react before it kills it', async () => {
  const server = new ServerProcess(script("process.on('disconnect', () => {});setInterval(() => {}, 1000)"));
  const stuck = server.take();
  server.end();
  expect(stuck.killed).toBe(false);
  expect((await once(stuck, 'exit'))[1]).toBe('SIGKILL');
});

test('every start reads the environment anew', async () => {
  let greeting = 'first';
  const server = new ServerProcess({ ...talking, env: () => ({ GREETING: greeting }) });
  const greetingOf = async (child: ChildProcess): Promise<unknown> => {
    child.send('?');
    return (await once(child, 'message'))[0][0];
  };
  expect(await greetingOf(server.take())).toBe('first');
  greeting = 'second';
  expect(await greetingOf(server.take())).toBe('second');
  server.end();
});

test('a server that lost its channel and hangs is killed when the next is taken or all end', async () => {
  const server = new ServerProcess(script('process.disconnect();setInterval(() => {}, 1000)'));
  const first = server.take();
  await once(first, 'disconnect');
  const second = server.take();
  expect((await once(first, 'exit'))[1]).toBe('SIGKILL');
  if (second.connected) await once(second, 'disconnect');
  server.end();
  expect((await once(second, 'exit'))[1]).toBe('SIGKILL');
});

test('kill() ends at once a server that does not react', async () => {
  const server = new ServerProcess(script("process.on('disconnect', () => {});setInterval(() => {}, 1000)"));
  const stuck = server.take();
  await once(stuck, 'spawn');
  server.kill();
  expect(stuck.killed).toBe(true);
  expect((await once(stuck, 'exit'))[1]).toBe('SIGKILL');
});
