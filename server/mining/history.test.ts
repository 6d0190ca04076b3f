import { expect, it } from 'vitest';
import { additions } from './history.ts';
import { historyPairs } from './historyPairs.ts';
import { mineRepository } from './mine.ts';
import { moduleText, ScratchRepository } from './testing.ts';

const all = { range: 'HEAD', maxCommits: 100, maxAdditions: 100, admits: () => true } as const;
const before =
  'export function sum(items: number[]): number {\n  let total = 0;\n  for (const item of items) {\n    total += item;\n  }\n  return total;\n}\n';
const guard = '  if (items.length === 0) {\n    return Number.NaN;\n  }\n';

function writtenLater(message = 'Answer for an empty list', author?: string): ScratchRepository {
  const scratch = new ScratchRepository();
  scratch.write('sum.ts', before).commit('first');
  return scratch.write('sum.ts', before.replace('  let total', `${guard}  let total`)).commit(message, author);
}

it('an added hunk is the middle, with the new file above it and the old file below it', async () => {
  using scratch = writtenLater();
  expect(await additions(scratch.root, all)).toEqual([
    {
      commit: scratch.git('rev-parse', 'HEAD').trim(),
      path: 'sum.ts',
      prefix: 'export function sum(items: number[]): number {\n  ',
      middle: guard.trim(),
      suffix: `\n${before.split('\n').slice(1).join('\n')}`,
    },
  ]);
});

it.each([
  ['bots', 'Answer for an empty list', 'dependabot[bot] <support@example.com>'],
  ['reverts', 'Revert "No answer for an empty list"', undefined],
  ['formatting', 'Run prettier over everything', undefined],
  ['version bumps', 'Bump version to 2.0', undefined],
])('history leaves out %s', async (_, message, author) => {
  using scratch = writtenLater(message, author);
  expect(await additions(scratch.root, all)).toEqual([]);
});

it('text written again in the same place, after a removal or on another branch, is one addition', async () => {
  using scratch = writtenLater();
  const after = before.replace('  let total', `${guard}  let total`);
  scratch.write('sum.ts', before).commit('Not yet').write('sum.ts', after).commit('Answer now');
  scratch.git('checkout', '--quiet', '-b', 'side', 'HEAD~3');
  scratch.write('sum.ts', `${after}// side\n`).commit('Answer on the side');
  scratch.git('checkout', '--quiet', 'main');
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  scratch.git(...identity, 'merge', '--quiet', '--no-ff', '-m', 'Merge side', '-s', 'ours', 'side');
  const found = await additions(scratch.root, all);
  expect(found.map(({ middle }) => middle)).toEqual([guard.trim()]);
  expect(scratch.git('log', '--format=%s', '-S', 'Number.NaN').trim().split('\n')).toHaveLength(4);
});

it('history leaves out re-indentation, comments, unbalanced pieces and revisions ignored by the project', async () => {
  using scratch = writtenLater();
  const tabbed = before.replace('  let total', `${guard}  let total`).replaceAll('  ', '\t');
  scratch.write('sum.ts', tabbed).commit('tabs');
  scratch.write('sum.ts', `// one\n// two long lines of prose\n${tabbed}`).commit('say what it does');
  scratch.write('open.ts', 'const a = [\n  1,\n];\nconst b = 2;\n').commit('list');
  scratch
    .write('open.ts', 'const a = [\n  1,\n];\nconst c = compute([\n  1000000,\n]).map((x) => {\nconst b = 2;\n')
    .commit('half a call');
  const found = await additions(scratch.root, all);
  expect(found.map(({ path, middle }) => [path, middle])).toEqual([['sum.ts', guard.trim()]]);
  scratch.write('.git-blame-ignore-revs', `${found[0]?.commit}\n`).commit('ignore it');
  expect(await additions(scratch.root, all)).toEqual([]);
});

it('an addition below a comment starts after it and leaves the blank lines to the suffix', async () => {
  using scratch = new ScratchRepository();
  const [first, second] = ['def first(x):\n    return x\n\n\n', 'def second(x):\n    return x\n'];
  scratch.write('a.py', first + second).commit('first');
  const added = 'def between(items):\n    return [item for item in items if item]\n\n\n';
  scratch.write('a.py', `${first}# what is left\n# of the items\n${added}${second}`).commit('between');
  expect(await additions(scratch.root, all)).toMatchObject([
    { prefix: `${first}# what is left\n# of the items\n`, middle: added.trim(), suffix: `\n\n\n${second}` },
  ]);
});

it('prose added to a docstring gives no history pair', async () => {
  using scratch = grown();
  const doc = (more: string) => `def f(x):\n    """Says what x is.\n${more}    """\n    return describe(x)\n`;
  scratch.write('doc.py', doc('')).commit('doc');
  scratch
    .write('doc.py', doc('    But how does it know what that is, and to whom does it say so?\n'))
    .commit('say more');
  scratch.write('doc.py', `${doc('')}\n\nvalue = f(3) if f(4) is not None else f(5)\n`).commit('use it');
  const found = await historyPairs(scratch.root, 'train', all);
  expect(found.filter(({ path }) => path === 'doc.py').map(({ middle }) => middle)).toEqual([
    'value = f(3) if f(4) is not None else f(5)',
  ]);
});

function grown(): ScratchRepository {
  const scratch = new ScratchRepository();
  for (let i = 0; i < 14; i++) scratch.write(`m${i}.ts`, moduleText(`part${'abcdefghijklmn'[i]}`));
  scratch.commit('first');
  for (let i = 0; i < 14; i++) {
    scratch
      .write(
        `m${i}.ts`,
        `${moduleText(`part${'abcdefghijklmn'[i]}`)}\nexport const limit${i} = compute(${i * 31 + 1000}, 'limit of part ${i}');\n`,
      )
      .commit(`limit ${i}`);
  }
  return scratch;
}

it('history pairs come only from training files', async () => {
  using scratch = grown();
  const { pairs } = await mineRepository({ folder: scratch.root, history: true });
  const history = pairs.filter(({ kind }) => kind === 'history');
  expect(history.length).toBeGreaterThan(5);
  const heldOut = new Set(pairs.filter(({ split }) => split === 'held-out').map(({ path }) => path));
  expect(history.some(({ path }) => heldOut.has(path))).toBe(false);
});

it('the split by time trains on the tree of the cut commit and holds out what came later', async () => {
  using scratch = grown();
  const cut = scratch.git('rev-parse', 'HEAD~6').trim();
  const { pairs } = await mineRepository({ folder: scratch.root, split: { by: 'time', cut }, history: true });
  const heldOut = pairs.filter(({ split }) => split === 'held-out');
  expect(heldOut.map(({ middle }) => middle).sort()).toEqual(
    Array.from(
      { length: 6 },
      (_, i) => `export const limit${i + 8} = compute(${(i + 8) * 31 + 1000}, 'limit of part ${i + 8}');`,
    ).sort(),
  );
  const training = pairs
    .filter(({ split }) => split === 'train')
    .map(({ prefix, middle, suffix }) => prefix + middle + suffix);
  for (const { middle } of heldOut) expect(training.some((text) => text.includes(middle))).toBe(false);
});

it('a commit that changes every second line of a large file takes no more memory than its first additions', async () => {
  using scratch = new ScratchRepository();
  const file = (name: string) =>
    Array.from({ length: 12_000 }, (_, i) =>
      i % 2 ? `  table.push(entry(${i}, 'it', 3));` : `  ${name}.register(${i}, option${i});`,
    ).join('\n');
  scratch.write('a.ts', `${file('app')}\n`).commit('first');
  scratch.write('a.ts', `${file('server')}\n`).commit('Name it server');
  const before = process.memoryUsage().heapUsed;
  expect(await additions(scratch.root, all)).toHaveLength(4);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200e6);
});

it('a private member is code, not a comment', async () => {
  using scratch = new ScratchRepository();
  const before =
    'export class Cart {\n  #items: number[] = [];\n\n  add(item: number): void {\n    this.#items.push(item);\n  }\n}\n';
  const method = (name: string) =>
    `\n  ${name}(rate: number): number {\n    return this.#items.reduce((sum, item) => sum + item * rate, 0);\n  }\n`;
  scratch.write('cart.ts', before).write('open.ts', before).commit('first');
  scratch
    .write('cart.ts', before.replace(/}\n$/, `${method('#total')}}\n`))
    .write('open.ts', before.replace(/}\n$/, `${method('total')}}\n`))
    .commit('Totals');
  const found = await additions(scratch.root, all);
  expect(found.map(({ path }) => path).sort()).toEqual(['cart.ts', 'open.ts']);
});
