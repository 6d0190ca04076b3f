import { describe, expect, it } from 'vitest';
import { changeBetween } from '../../edits/change.ts';
import { recordEdit } from '../../edits/recordedEdits.ts';
import { storeLocation } from '../../git/storeLocation.ts';
import { forgetFile } from '../learning.ts';
import { mineOnce } from '../mine.ts';
import { moduleText, ScratchRepository } from '../testing.ts';
import type { EditExample } from './examples.ts';
import { isGuessable } from './guessable.ts';
import { withoutLeakedEdits } from './leakage.ts';
import { mineEdits } from './mineEdits.ts';
import { EditSets } from './sets.ts';

const all = { range: 'HEAD', maxCommits: 100, maxExamples: 100, admits: () => true } as const;

const bodyOf = (rate: string, more = ''): string =>
  [
    `export function price(items: readonly number[], ${rate}: number): number {`,
    '  let total = 0;',
    '  for (const item of items) {',
    `    total += item * ${rate};`,
    '  }',
    `  if (${rate} > 1) {`,
    '    total -= 1;',
    '  }',
    ...Array.from({ length: 12 }, (_, i) => `  console.log('step ${i}', total);`),
    `  return Math.round(total / ${rate});${more}`,
    '}',
    '',
  ].join('\n');

/** Each file's parameter is renamed, in a commit of its own. */
function renamed(files = 1): ScratchRepository {
  const scratch = new ScratchRepository();
  const paths = Array.from({ length: files }, (_, i) => `price${i}.ts`);
  for (const path of paths) scratch.write(path, bodyOf('rate'));
  scratch.commit('first');
  for (const path of paths) scratch.write(path, bodyOf('discountRate')).commit('Say what the rate is');
  return scratch;
}

/** The region with its change, as text. */
const told = ({ situation: { lines, region }, updated, path }: EditExample) =>
  changeBetween(path, region.from, lines.slice(region.from, region.to), updated);

describe('examples of next edits', () => {
  it('continue a rename, finish half-typed lines and leave finished places alone', async () => {
    using scratch = renamed(6);
    const examples = await mineEdits(scratch.root, all);
    expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['edit', 'half-typed', 'no-edit']));
    const text = bodyOf('discountRate').split('\n');
    for (const example of examples) {
      const { situation, kind } = example;
      expect(situation.recent[0]).toMatchObject({ path: situation.path, line: 0 });
      const change = told(example);
      if (kind === 'no-edit') {
        expect(change).toBeNull();
        continue;
      }
      for (const [i, line] of change!.after.entries()) expect(line).toBe(text[change!.line + i]);
      if (kind === 'edit') expect(change!.before.join('\n')).toMatch(/\brate\b/);
    }
  });

  it('are the same on every run', async () => {
    using scratch = renamed();
    expect(await mineEdits(scratch.root, all)).toEqual(await mineEdits(scratch.root, all));
  });

  it.each<[string, (scratch: ScratchRepository) => void]>([
    ['reverts', (scratch) => scratch.write('price.ts', bodyOf('other')).commit('Revert "Say what the rate is"')],
    ['white space', (scratch) => scratch.write('price.ts', bodyOf('rate').replaceAll('  ', '\t')).commit('tabs')],
    [
      'comments, which nobody could guess',
      (scratch) => scratch.write('price.ts', `// What\n// it says\n${bodyOf('rate')}`).commit('say what it does'),
    ],
    [
      'files with a secret in them',
      (scratch) =>
        scratch
          .write('price.ts', bodyOf('other', ` const key = 'AKIA${'Q3EGWWLW3OWQ7X2P'}';`))
          .commit('use the service'),
    ],
    ['files that are not text', (scratch) => scratch.write('price.ts', `${bodyOf('other')}\0`).commit('broken')],
    ['lock files', (scratch) => scratch.write('package-lock.json', '{"a": 2}\n').commit('update')],
  ])('leave out %s', async (_, change) => {
    using scratch = new ScratchRepository();
    scratch.write('price.ts', bodyOf('rate')).write('package-lock.json', '{"a": 1}\n').commit('first');
    change(scratch);
    expect((await mineEdits(scratch.root, all)).filter(({ kind }) => kind !== 'no-edit')).toEqual([]);
  });
});

/** Fourteen modules, each of which renames its rate in a commit of its own. */
function grown(): ScratchRepository {
  const scratch = new ScratchRepository();
  const names = Array.from('abcdefghijklmn', (letter) => `part${letter}`);
  for (const [i, name] of names.entries()) scratch.write(`m${i}.ts`, moduleText(name));
  scratch.commit('first');
  for (const [i, name] of names.entries())
    scratch
      .write(
        `m${i}.ts`,
        moduleText(name).replaceAll(`${name}3Rate`, `${name}Factor`).replaceAll(`${name}3Total`, `${name}Sum`),
      )
      .commit(`name ${i}`);
  return scratch;
}

describe('learned edit examples', () => {
  it('are guessable only from nearby text or recent changes, unless half typed', () => {
    const recent = [{ path: 'f', line: 9, before: ['old(x)'], after: ['fresh(x)'] }];
    const situation = { path: 'f', lines: ['use(old)'], region: { from: 0, to: 1 }, recent, related: [] };
    const example: EditExample = { situation, updated: ['use(fresh)'], kind: 'edit', commit: 'c', path: 'f' };
    expect(isGuessable(example)).toBe(true);
    expect(isGuessable({ ...example, updated: ['use(other)'] })).toBe(false);
    expect(isGuessable({ ...example, updated: ['use(other)'], kind: 'half-typed' })).toBe(true);
  });

  it('come neither from newer commits nor from held-out files', async () => {
    using scratch = grown();
    const cut = scratch.git('rev-parse', 'HEAD~6').trim();
    const sets = await mineOnce({ folder: scratch.root, cachePath: null }, async () => cut);
    const edits = new EditSets(scratch.root, sets);
    const learned = await edits.learned(100);
    const heldOut = await edits.heldOut(100, learned);
    const later = scratch.git('rev-list', `${cut}..HEAD`).trim().split('\n');
    expect(learned.length).toBeGreaterThan(3);
    expect(heldOut.length).toBeGreaterThan(3);
    const held = new Set(sets.dataset.pairs.filter(({ split }) => split === 'held-out').map(({ path }) => path));
    for (const { commit, path } of learned) {
      expect(later).not.toContain(commit);
      expect(held).not.toContain(path);
    }
    for (const { commit } of heldOut) expect(later).toContain(commit);
  });

  it('start with edits recorded before the cut, in files neither held out nor forgotten', async () => {
    using scratch = grown();
    const cut = scratch.git('rev-parse', 'HEAD~6').trim();
    const cutMs = 1000 * Number(scratch.git('log', '-1', '--format=%ct', cut));
    const sets = await mineOnce({ folder: scratch.root, cachePath: null }, async () => cut);
    const held = new Set(sets.dataset.pairs.filter(({ split }) => split === 'held-out').map(({ path }) => path));
    const store = await storeLocation(scratch.root);
    const paths = Array.from({ length: 14 }, (_, i) => `m${i}.ts`);
    for (const path of paths)
      for (const atMs of [cutMs - 1000, cutMs + 1000]) {
        const lines = moduleText('b').split('\n');
        const change = { line: 3, before: [lines[3]!], after: [`${lines[3]} // at ${atMs}`] };
        const recent = [{ path, line: 4, before: ['    if (item >= 0) {'], after: [lines[4]!] }];
        await recordEdit(store, { atMs, path, from: 0, lines, change, recent, elsewhere: [] });
      }
    await forgetFile(store, paths.find((path) => !held.has(path))!);
    const learned = await new EditSets(scratch.root, sets).learned(1000);
    const recorded = learned.filter(({ commit }) => commit === '');
    expect(learned.slice(0, recorded.length)).toEqual(recorded);
    expect(learned.length).toBeGreaterThan(recorded.length);
    const files = new Set(recorded.map(({ path }) => path));
    expect(files.size).toBe(paths.length - held.size - 1);
    expect([...files].filter((path) => held.has(path))).toEqual([]);
    expect(JSON.stringify(recorded)).not.toContain(`at ${cutMs + 1000}`);
    expect(await new EditSets(scratch.root, sets).learned(3)).toEqual(recorded.slice(0, 3));
  });

  it('contain no held-out answers', async () => {
    using scratch = renamed(6);
    const examples = await mineEdits(scratch.root, all);
    expect(withoutLeakedEdits(examples, [bodyOf('rate')])).toEqual(examples);
    // The line of the sum is telling, a bracket occurs everywhere.
    const sum = 'total += item * discountRate;';
    const honest = withoutLeakedEdits(examples, [`{\n\t${sum}\n}\n`]);
    expect(honest).toEqual(examples.filter((example) => !told(example)?.after.some((line) => line.trim() === sum)));
    expect(honest.length).toBeLessThan(examples.length);
    expect(new Set(honest.map(({ kind }) => kind))).toEqual(new Set(['edit', 'half-typed', 'no-edit']));
  });

  it.each([
    ['a long line of few tokens', 'readonly maxMinutes?: number;', 0],
    ['what occurs everywhere', 'return null;', 1],
  ])('are those whose answer was seen elsewhere only as %s', async (_, line, left) => {
    using scratch = renamed(6);
    const [example] = await mineEdits(scratch.root, all);
    const { situation } = example!;
    const { from, to } = situation.region;
    const one = { ...example!, updated: [...situation.lines.slice(from, to), `  ${line}`] };
    expect(withoutLeakedEdits([one], [`{\n${line}\n}\n`])).toHaveLength(left);
  });

  it('are empty in a folder without commits', async () => {
    using scratch = new ScratchRepository({ git: false });
    for (let i = 0; i < 12; i++) scratch.write(`m${i}.ts`, moduleText(`part${'abcdefghijkl'[i]}`));
    const sets = await mineOnce({ folder: scratch.root, cachePath: null }, async () => null);
    expect(await new EditSets(scratch.root, sets).learned(10)).toEqual([]);
  });
});
