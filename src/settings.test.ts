import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { NARROWED } from '../server/common/narrowing.ts';

it('only settings.ts reads settings that a workspace may only narrow', () => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const files = globSync('**/*.ts', { cwd: here }).filter((name) => !/test\.ts$|^settings\.ts$/.test(name));
  expect(files.length).toBeGreaterThan(20);
  const asked = files.flatMap((name) => {
    const text = readFileSync(`${here}/${name}`, 'utf8');
    const sections = [...text.matchAll(/getConfiguration\('repotune(?:\.(\w+))?'/g)].map(([, section]) => section);
    const names = [...text.matchAll(/\.(?:get|inspect)(?:<[^>]*>)?\('([\w.]+)'/g)].map(([, asked]) => asked);
    return sections.flatMap((section) =>
      names.map((asked) => (section === undefined ? `${asked}` : `${section}.${asked}`)),
    );
  });
  expect(asked).toContain('completions.enabled');
  expect(asked.filter((one) => (NARROWED as readonly string[]).includes(one))).toEqual([]);
});
