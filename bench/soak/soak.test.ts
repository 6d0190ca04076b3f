import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TestClient, uriOf } from '../../server/lsp/testing.ts';
import { collect, collecting } from './collecting.ts';
import { soakDocuments } from './documents.ts';
import { soak } from './editing.ts';

test('a process collects its garbage when asked, and lives on', async () => {
  const program =
    "const one = new WeakRef({}); setInterval(() => console.log(one.deref() ? 'alive' : 'collected'), 20)";
  const child = spawn(process.execPath, ['-e', program], { env: { ...process.env, ...collecting() }, stdio: 'pipe' });
  try {
    const said: string[] = [];
    child.stdout.on('data', (text: Buffer) => said.push(...text.toString().trim().split('\n')));
    while (said.length === 0) await pause(20);
    expect(said).not.toContain('collected');
    await collect(child.pid!);
    while (said.at(-1) !== 'collected') await pause(20);
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill();
  }
}, 60_000);

test('ten seconds of random editing leave no request unanswered, no edit misplaced, and a clean exit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-soak-'));
  const client = await TestClient.start({ folders: [folder] });
  const result = await soak(client, await soakDocuments((name) => uriOf(join(folder, name))), 10_000, 7);
  expect(result.requests).toBeGreaterThan(100);
  expect(result).toMatchObject({ leakedRequests: 0, wrongPositionEdits: 0 });
  expect(client.notices).toEqual([]);
  expect(await client.stop()).toBe(0);
}, 120_000);
