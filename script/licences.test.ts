import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { thirdPartyNotices } from './licences.ts';

const root = mkdtempSync(join(tmpdir(), 'repotune-licences-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function add(name: string, manifest: object, files: Readonly<Record<string, string>> = {}): void {
  const folder = join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}

test("a package's section holds its licence and notice texts", () => {
  add('whole', { license: 'MIT' }, { 'LICENSE.md': 'the terms', 'NOTICE.txt': 'the notice', 'license.js': 'code' });
  const text = thirdPartyNotices(root, ['whole']);
  expect(text).toContain('whole 1.2.3 (MIT)');
  expect(text).toContain('the terms\nthe notice');
  expect(text).not.toContain('code\n');
  expect(text).not.toContain('no licence text');
});

test.each([
  ['its homepage', { author: 'Ada', homepage: 'https://bare.example' }, 'Author: Ada. From: https://bare.example'],
  [
    'its repository',
    { author: { name: 'Ada' }, repository: { url: 'https://git.example' } },
    'Author: Ada. From: https://git.example',
  ],
  ['the registry', {}, 'From: https://www.npmjs.com/package/bare'],
])('a package without a licence text is listed at the top, with its origin from %s', (_, more, origin) => {
  add('bare', { license: 'MIT', ...more });
  const text = thirdPartyNotices(root, ['bare']);
  expect(text.split('\n')[0]).toContain('bare (MIT)');
  expect(text).toContain(`The package carries no licence text. Licence: MIT. ${origin}`);
});

test('a package that names no licence cannot ship', () => {
  add('unlicensed', {});
  expect(() => thirdPartyNotices(root, ['unlicensed'])).toThrow('unlicensed names no licence');
});

test('the notices of node-llama-cpp contain the whole licence of llama.cpp', () => {
  const text = thirdPartyNotices(fileURLToPath(new URL('..', import.meta.url)), ['node-llama-cpp']);
  const [, ofLlama = ''] = text.split('Contains llama.cpp and ggml:');
  expect(ofLlama).toMatch(/Copyright \(c\) [\d-]+ The ggml authors/);
  expect(ofLlama).toContain('Permission is hereby granted');
});
