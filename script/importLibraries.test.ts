import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportsOf, nodeApiImports } from './importLibraries.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-dll-'));

/** A PE32+ image with one section containing an export directory of these names, as a linker lays it out. */
function dll(names: readonly string[]): string {
  const image = Buffer.alloc(0x400 + 0x1000);
  const header = 0x80;
  image.writeUInt32LE(header, 0x3c);
  image.write('PE\0\0', header, 'latin1');
  image.writeUInt16LE(1, header + 6);
  image.writeUInt16LE(240, header + 20);
  image.writeUInt16LE(0x20b, header + 24);
  image.writeUInt32LE(0x2000, header + 24 + 112);
  const section = header + 24 + 240;
  image.writeUInt32LE(0x2000, section + 12);
  image.writeUInt32LE(0x1000, section + 16);
  image.writeUInt32LE(0x400, section + 20);
  image.writeUInt32LE(names.length, 0x400 + 24);
  image.writeUInt32LE(0x2100, 0x400 + 32);
  let text = 0x300;
  for (const [i, name] of names.entries()) {
    image.writeUInt32LE(0x2000 + text, 0x400 + 0x100 + 4 * i);
    image.write(`${name}\0`, 0x400 + text, 'latin1');
    text += name.length + 1;
  }
  const path = join(folder, `${names.length}.dll`);
  writeFileSync(path, image);
  return path;
}

/** The same image with other 16 bits at `at`. */
function writtenOver(names: readonly string[], at: number, value: number): Buffer {
  const image = readFileSync(dll(names));
  image.writeUInt16LE(value, at);
  return image;
}

test('the names a DLL exports are read from its header', () => {
  expect(exportsOf(dll(['llama_decode', 'llama_encode']))).toEqual(['llama_decode', 'llama_encode']);
  expect(exportsOf(dll([]))).toEqual([]);
});

test.each([
  ['a text', Buffer.alloc(600, 'x')],
  ['an empty file', Buffer.alloc(0)],
  ['a file that ends inside its header', Buffer.from('MZ')],
  ['a DLL of 32 bits', writtenOver(['a'], 0x80 + 24, 0x10b)],
])('%s is refused by name as no 64-bit DLL', (what, bytes) => {
  const path = join(folder, `${what}.dll`);
  writeFileSync(path, bytes);
  expect(() => exportsOf(path)).toThrow(`${path} is not a 64-bit DLL.`);
});

test('a DLL whose export directory lies outside its sections is refused by name', () => {
  const path = join(folder, 'outside.dll');
  writeFileSync(path, writtenOver(['a'], 0x80 + 24 + 112, 0x9000));
  expect(() => exportsOf(path)).toThrow(`${path} names an address outside its sections.`);
});

test("the generated source is C++ that compiles without Node's headers", () => {
  const source = nodeApiImports(['napi_create_array']);
  expect(source).toContain('FARPROC __imp_napi_create_array;');
  const windows =
    '#pragma once\ntypedef void* HMODULE; typedef int (*FARPROC)(); HMODULE GetModuleHandleA(const char*); FARPROC GetProcAddress(HMODULE, const char*);';
  writeFileSync(join(folder, 'windows.h'), windows);
  writeFileSync(join(folder, 'imports.cc'), source);
  const { status, stderr } = spawnSync('c++', ['-fsyntax-only', '-I', folder, join(folder, 'imports.cc')], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
