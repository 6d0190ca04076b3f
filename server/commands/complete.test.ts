import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setRoute } from '../adapters/routes.ts';
import { breakSeal } from '../adapters/seal.ts';
import { AdapterStore } from '../adapters/store.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { addVersion } from '../versions/testing.ts';
import { completeCommand } from './complete.ts';

let folder: string;
const data = process.env['REPOTUNE_DATA'];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-complete-'));
  process.env['REPOTUNE_DATA'] = join(folder, 'data');
  await writeFile(join(folder, 'a.ts'), 'const a = 1;\n');
});
afterEach(async () => {
  if (data === undefined) delete process.env['REPOTUNE_DATA'];
  else process.env['REPOTUNE_DATA'] = data;
  await rm(folder, { recursive: true, force: true });
});

it('refuses a route to an adapter that this machine did not make or measure, before anything is loaded', async () => {
  const load = vi.spyOn(ServingOnce.prototype, 'load').mockRejectedValue(new Error('loaded'));
  const store = await AdapterStore.of(folder);
  await addVersion(store, folder, { id: 'planted' });
  await setRoute(store.dir, { glob: '*.ts', adapter: 'planted' });
  await breakSeal(store.dir, 'planted');
  const completed = completeCommand.run([`${join(folder, 'a.ts')}:1:11`], new AbortController().signal);
  await expect(completed).rejects.toThrow('Adapter planted was not made or measured on this machine');
  expect(load).not.toHaveBeenCalled();
  load.mockRestore();
});

it('each place is completed by the adapter that its own file is routed to', async () => {
  const load = vi.spyOn(ServingOnce.prototype, 'load').mockRejectedValue(new Error('loaded'));
  await writeFile(join(folder, 'b.go'), 'package b\n');
  const store = await AdapterStore.of(folder);
  await addVersion(store, folder, { id: 'planted' });
  await setRoute(store.dir, { glob: '*.go', adapter: 'planted' });
  await breakSeal(store.dir, 'planted');
  const places = ['a.ts', 'b.go'].map((name) => `${join(folder, name)}:1:5`);
  const completed = completeCommand.run(places, new AbortController().signal);
  await expect(completed).rejects.toThrow('Adapter planted was not made or measured on this machine');
  load.mockRestore();
});

it('names a model file that is missing', async () => {
  const place = `${join(folder, 'a.ts')}:1:11`;
  const completed = completeCommand.run([place, '--model', join(folder, 'no.gguf')], new AbortController().signal);
  await expect(completed).rejects.toThrow(/There is no model file .*no\.gguf/);
});

it('a file reached through a link to its folder has its path in the repository', async () => {
  await mkdir(join(folder, 'work', 'src'), { recursive: true });
  execFileSync('git', ['init', '-q', join(folder, 'work')]);
  await writeFile(join(folder, 'work', 'src', 'a.ts'), 'const a = 1;\n');
  await symlink(join(folder, 'work'), join(folder, 'link'), 'junction');
  const store = await AdapterStore.of(join(folder, 'work'));
  await addVersion(store, folder, { id: 'routed' });
  await setRoute(store.dir, { glob: 'src/*.ts', adapter: 'routed' });
  await breakSeal(store.dir, 'routed');
  const completed = completeCommand.run([`${join(folder, 'link', 'src', 'a.ts')}:1:11`], new AbortController().signal);
  await expect(completed).rejects.toThrow('Adapter routed was not made or measured');
});
