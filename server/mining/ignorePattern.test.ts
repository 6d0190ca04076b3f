import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { threadMs } from '../common/testing.ts';
import { IgnoreRules, unreadableRules } from './ignorePattern.ts';
import { ScratchRepository } from './testing.ts';

/** What git itself ignores of these paths, given a `.gitignore` of these lines. */
function ignoredByGit(scratch: ScratchRepository, lines: readonly string[], paths: readonly string[]): string[] {
  scratch.write('.gitignore', `${lines.join('\n')}\n`);
  try {
    const output = execFileSync('git', ['-c', 'core.ignoreCase=true', 'check-ignore', '--no-index', '-z', '--stdin'], {
      cwd: scratch.root,
      input: paths.map((path) => `${path}\0`).join(''),
      encoding: 'utf8',
    });
    return output.split('\0').filter((path) => path !== '');
  } catch (error) {
    // 1: none is ignored.
    if ((error as { status?: number }).status === 1) return [];
    throw error;
  }
}

const paths = [
  'a',
  'b.txt',
  'a/b',
  'a/b.txt',
  'a/c/b',
  'c/a/b',
  'c/a/b.txt',
  'x/a/c/b.txt',
  'a b',
  'A/B.TXT',
  'x/!a',
  '#a',
  'a/[b]',
  'ab/ba/ab',
];

it.each([
  [['a']],
  [['a/']],
  [['/a']],
  [['*.txt', '!b.txt']],
  [['a/*', '!a/c']],
  [['**/b']],
  [['a/**']],
  [['a/**/b.txt']],
  [['c/**/b']],
  [['[a-c]/b*']],
  [['[!a]/a']],
  [['\\#a', '\\!a']],
  [['a\\ b']],
  [['a b   ']],
  [['?b']],
  [['**']],
  [['a**b']],
  [['a/', '!a/b']],
  [['/*', '!/c']],
  [['[[:alpha:]]']],
  [['[[:ALPHA:]]']],
  [['[[:letter:]]', 'b.txt']],
  [['a/\\[b\\]']],
  [['[', 'a\\']],
  [['']],
])('the rules %j ignore the same paths as git', (lines) => {
  using scratch = new ScratchRepository();
  const rules = new IgnoreRules(lines.join('\n'));
  expect(paths.filter((path) => rules.ignores(path))).toEqual(ignoredByGit(scratch, lines, paths));
});

const atom = fc.constantFrom(
  'a',
  'b',
  'c',
  '.txt',
  '*',
  '**',
  '/',
  '?',
  '[ab]',
  '[!a]',
  '/**/',
  '**/',
  '/**',
  '!',
  '[a-c]',
);
// For empty folder names, and for ** after a letter, git does not do what its manual says.
const line = fc
  .array(atom, { minLength: 1, maxLength: 6 })
  .map((atoms) => atoms.join(''))
  .filter((text) => !text.includes('//') && !/[^/*]\*\*/.test(text));

it('random rules ignore the same paths as git', () => {
  using scratch = new ScratchRepository();
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), (lines) => {
      const rules = new IgnoreRules(lines.join('\n'));
      expect(paths.filter((path) => rules.ignores(path))).toEqual(ignoredByGit(scratch, lines, paths));
    }),
    { numRuns: 150 },
  );
});

it.each([
  ['many folders at any depth', '**/a/'.repeat(12)],
  ['many stars', 'a*'.repeat(400)],
  ['many stars and folders', '*a/**/'.repeat(100)],
])('matching a pattern with %s takes little time', async (_, pattern) => {
  const rules = new IgnoreRules(pattern);
  const ms = await threadMs(() => {
    for (let i = 0; i < 200; i++) rules.ignores(`${'a/'.repeat(100)}${'a'.repeat(250)}${i}`);
  });
  expect(ms).toBeLessThan(2_000);
});

it.each([
  ['too many lines', `${'x\n'.repeat(5_000)}a`, 'a'],
  ['a line that is too long', '?'.repeat(1_001), 'a'.repeat(1_001)],
])('a rule file with %s is unreadable and ignores nothing', (_, text, path) => {
  expect(new IgnoreRules(text).ignores(path)).toBe(false);
  expect(unreadableRules(text)).toMatch(/^a file of at most/);
});

it.each([
  ['as many lines as are read', `${'x\n'.repeat(4_999)}a\n`, 'a'],
  ['a line as long as is read', '?'.repeat(1_000), 'a'.repeat(1_000)],
])('a rule file with %s is readable and ignores its paths', (_, text, path) => {
  expect(new IgnoreRules(text).ignores(path)).toBe(true);
  expect(unreadableRules(text)).toBeNull();
});

it.each(['\n', '\r\n', '\r'])('rules are read from lines that end with %j', (end) => {
  const rules = new IgnoreRules(['src/private/', '# all keys', '*.key', ''].join(end));
  expect(['src/private/a.ts', 'b.key', 'src/a.ts'].filter((path) => rules.ignores(path))).toEqual([
    'src/private/a.ts',
    'b.key',
  ]);
});
