import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandTable, judge } from './commandTable.ts';
import { inputsAt, makeInputs } from './inputs.ts';
import { HostileRepository } from './repository.ts';
import { tryCommand } from './tryCommand.ts';

const root = mkdtempSync(join(tmpdir(), 'repotune-inputs-'));
const before = { data: process.env['REPOTUNE_DATA'], cwd: process.cwd() };
beforeAll(() => {
  makeInputs(root);
  process.env['REPOTUNE_DATA'] = join(root, 'data');
  process.chdir(mkdtempSync(join(root, 'here-')));
});
afterAll(() => {
  process.chdir(before.cwd);
  if (before.data === undefined) delete process.env['REPOTUNE_DATA'];
  else process.env['REPOTUNE_DATA'] = before.data;
  rmSync(root, { recursive: true, force: true });
});

test('every command says in one sentence what is wrong with an unusable input', { timeout: 120_000 }, async () => {
  const good = new HostileRepository(join(root, 'good')).write('a.ts', 'export const a = 1;\n').commit().root;
  const wrong: string[] = [];
  const tried = commandTable(inputsAt(root), good, true);
  for (const one of tried) {
    const problem = judge(one, await tryCommand(one.args));
    if (problem !== '') wrong.push(`${one.input.name}: ${one.args.join(' ')}: ${problem}`);
  }
  expect(wrong).toEqual([]);
  expect(tried.length).toBeGreaterThan(100);
  expect(readdirSync(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test.each<[string, readonly string[], RegExp]>([
  ['a broken index', ['mine'], /git refuses to work .* It says: .*index/],
  ['a newer format', ['mine'], /Install a newer git/],
  ['bare', ['mine'], /is a bare repository without files: clone it/],
  ['unborn', ['mine'], /git tracks no file .*git add/],
  ['missing', ['adapters', 'list', '--folder'], /does not exist: give the folder of a repository/],
  ['an empty folder', ['share', 'list', '--folder'], /lies in no git repository/],
  ['an empty name', ['mine'], /one of the arguments is empty/],
])('%s: %j says what to do', async (name, args, expected) => {
  const { path } = inputsAt(root).find((input) => input.name === name)!;
  expect((await tryCommand([...args, path!])).stderr).toMatch(expected);
});
