import { expect, it, vi } from 'vitest';
import { oddIgnoreLines } from './ignore.ts';
import { IgnoreRules } from './ignorePattern.ts';
import { ScratchRepository } from './testing.ts';

const PATHS = Array.from({ length: 100 }, (_, i) => `src/part${i}.ts`);

it('each line that only other tools read is warned of, unless it leaves out a file', async () => {
  using scratch = new ScratchRepository({ git: false });
  scratch.write('.repotuneignore', 'src/{part1,part2}.ts\nsrc/part3.ts\n"part4.ts"\nsrc/\\part5.ts\n');
  expect(await oddIgnoreLines(scratch.root, PATHS)).toEqual([
    expect.stringMatching(/^Line 1 of \.repotuneignore, "src\/\{part1,part2\}\.ts", leaves out no file/),
    expect.stringMatching(/^Line 3 of /),
  ]);
});

it('of thousands of such lines a few are warned of, the others counted and not tried on every file', async () => {
  using scratch = new ScratchRepository({ git: false });
  const lines = Array.from({ length: 4_900 }, (_, i) => (i % 2 === 0 ? `src/{a,b}${i}.ts` : 'src/\\part99.ts'));
  scratch.write('.repotuneignore', lines.join('\n'));
  const tried = vi.spyOn(IgnoreRules.prototype, 'ignores');
  const warnings = await oddIgnoreLines(scratch.root, PATHS);
  expect(warnings).toHaveLength(11);
  expect(warnings.at(-2)).toMatch(/^Line 19 of /);
  expect(warnings.at(-1)).toBe(
    '4881 more lines of .repotuneignore have such syntax, and may leave out no file either.',
  );
  expect(tried.mock.calls.length).toBeLessThanOrEqual(20 * PATHS.length);
});

it('no more of them are tried where they do leave out files', async () => {
  using scratch = new ScratchRepository({ git: false });
  scratch.write('.repotuneignore', 'src/\\part99.ts\n'.repeat(4_900));
  const tried = vi.spyOn(IgnoreRules.prototype, 'ignores');
  expect(await oddIgnoreLines(scratch.root, PATHS)).toEqual([]);
  expect(tried.mock.calls.length).toBeLessThanOrEqual(50 * PATHS.length);
});
