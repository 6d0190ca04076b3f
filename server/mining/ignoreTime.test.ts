import { RE2JS } from 're2js';
import { expect, it, vi } from 'vitest';
import { IgnoreRules } from './ignorePattern.ts';

it('a rule is compiled only for a path that has its words: lists are read anew every few seconds, and may have thousands of lines', () => {
  const compile = vi.spyOn(RE2JS, 'compile');
  const lines = Array.from({ length: 1000 }, (_, i) => `Data${i}_*.csv\n/gen${i}/**/deep?${i}\n!*.kept${i}\n`);
  const rules = new IgnoreRules(`${lines.join('')}src/**/Own*.ts\n`);
  expect(rules.ignores('src/part/inner/module.ts')).toBe(false);
  expect(rules.ignores('src/part/inner/ownModule.ts')).toBe(true);
  expect(compile.mock.calls.length).toBeLessThanOrEqual(3);
});

it.each([
  ['**/build', 'build/a.ts'],
  ['a/**/b', 'a/b'],
  ['**', 'a'],
  ['*/', 'a/b.ts'],
  ['?.TS', 'x/é.ts'],
  ['kelvin.ts', '\u212Aelvin.ts'],
  ['\\S\\r\\c.ts', 'src.ts'],
  ['[s]rc[.]ts', 'src.ts'],
  ['src.ts ', 'SRC.TS'],
  ['\u212Aelvin.ts', 'kelvin.ts'],
  ['gro\u00dfe?.ts', 'GRO\u1e9eEN.ts'],
  ['abc\u017F.ts', 'abcs.ts'],
])('the rule %s leaves out %s all the same', (rule, path) => {
  expect(new IgnoreRules(rule).ignores(path)).toBe(true);
});
