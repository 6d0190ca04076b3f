import { expect, it } from 'vitest';
import { Random } from '../common/random.ts';
import { cutForTune } from '../tuning/cuts.ts';
import { mineOnce, mineRepository } from './index.ts';
import { moduleText, ScratchRepository } from './testing.ts';

/** Paths that a rule leaves out, and the rules for each seed. */
const kinds = {
  repotuneignore: (path: string) => ({ file: '.repotuneignore', line: `/${path}` }),
  generated: (path: string) => ({ file: '.gitattributes', line: `${path} linguist-generated` }),
  vendored: (path: string) => ({ file: '.gitattributes', line: `${path} linguist-vendored=true` }),
  gitignored: (path: string) => ({ file: '.gitignore', line: `/${path}` }),
} as const;

/** A word of letters only: digits within a name look like a key. */
const word = (path: string): string =>
  path.replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] as string).replace(/\W/g, '');

it.each([1, 2, 3])('no line of a left-out file is in any pair learned or measured (seed %d)', async (seed) => {
  using scratch = new ScratchRepository();
  const random = new Random('admission', seed);
  const names = Array.from({ length: 24 }, (_, i) => `src/part${i % 4}/m${i}.ts`);
  const fixed = ['conf/secrets.py', 'node_modules/a/index.ts', 'lib/tool.min.js'];
  for (const name of names) scratch.write(name, moduleText(`own${word(name)}`));
  for (const name of fixed) scratch.write(name, moduleText(`fix${word(name)}`));
  scratch.commit('first');
  for (let round = 0; round < 12; round++) {
    for (const name of [...names, ...fixed].filter(() => random.next() < 0.4))
      scratch.write(
        name,
        `${moduleText(`own${word(name)}`)}\n${moduleText(`new${'abcdefghijkl'[round]}${word(name)}`, 6)}`,
      );
    scratch.commit(`change ${round}`);
  }
  const doomed = random.shuffle(names).slice(0, 8);
  const rules = new Map<string, string[]>();
  for (const [i, path] of doomed.entries()) {
    const rule = Object.values(kinds)[i % 4]!(path);
    rules.set(rule.file, [...(rules.get(rule.file) ?? []), rule.line]);
  }
  for (const [file, lines] of rules) scratch.write(file, `${lines.join('\n')}\n`);
  // What git ignores now is untracked; one file of each kind is deleted altogether.
  for (const [i, path] of doomed.entries()) if (i % 4 === 3) scratch.git('rm', '--quiet', '--cached', path);
  if (seed % 2 === 1) scratch.commit('rules');
  const marks = [...doomed, ...fixed].map(word);
  const cut = await cutForTune(scratch.root, null);
  expect(cut).not.toBeNull();
  const sets = await mineOnce(
    { folder: scratch.root, history: true, contextChars: 600, cachePath: null },
    async () => cut,
  );
  const byTime = await mineRepository({ folder: scratch.root, history: true, split: { by: 'time' }, cachePath: null });
  const learned = [sets.dataset, sets.byTime, byTime].flatMap((set) => set?.pairs ?? []);
  expect(learned.length).toBeGreaterThan(100);
  const texts = learned
    .map(({ prefix, middle, suffix, context }) => `${context}${prefix}${middle}${suffix}`)
    .join('\n');
  expect(marks.filter((mark) => texts.includes(`own${mark}`) || texts.includes(`fix${mark}`))).toEqual([]);
});
