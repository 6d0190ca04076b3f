import { chmodSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBlobs, readObjects } from './blobs.ts';
import { Trap } from './testing.ts';

function fileOf(trap: Trap, id: string): string {
  const file = join(trap.folder, '.git/objects', id.slice(0, 2), id.slice(2));
  chmodSync(file, 0o644);
  return file;
}

/** Leaves the header intact, so that its type and size can still be read. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  writeFileSync(
    file,
    bytes.map((byte, i) => (i > bytes.length / 2 ? byte ^ 0x5a : byte)),
  );
}

it.each<readonly [string, (file: string) => void]>([
  ['is missing', unlinkSync],
  ['is empty', (file) => writeFileSync(file, '')],
  ['is damaged in its middle', damage],
  ['is not an object', (file) => writeFileSync(file, 'garbage')],
])('reads the other blobs when one %s', async (_, spoil) => {
  using trap = new Trap();
  trap.must(['init', '--quiet']);
  const texts = Array.from({ length: 6 }, (_, i) => `${i}\n`.repeat(i === 0 ? 0 : 3_000));
  const ids = texts.map((text) => trap.must(['hash-object', '-w', '--stdin'], text));
  for (const at of [1, 4]) spoil(fileOf(trap, ids[at]!));
  const read = await readBlobs(trap.folder, [...ids, ids[2]!]);
  expect([...read].map(([id, text]) => [id, text.toString()])).toEqual([0, 2, 3, 5].map((at) => [ids[at], texts[at]]));
  expect(await readObjects(trap.folder, 'tree', ids)).toEqual(new Map());
});

it('ends within 20 s when none of the objects can be read', async () => {
  using trap = new Trap();
  const ids = Array.from({ length: 300 }, (_, i) => i.toString(16).padStart(40, '0'));
  const started = performance.now();
  expect(await readBlobs(trap.folder, ids)).toEqual(new Map());
  expect(performance.now() - started).toBeLessThan(20_000);
});
