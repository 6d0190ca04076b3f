import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../common/random.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { cutForTune } from '../tuning/cuts.ts';
import { mineOnce, mineRepository } from './index.ts';
import { buildIndex } from './indexing.ts';
import { forgetFile, learnFileAgain } from './learning.ts';
import { ScratchRepository } from './testing.ts';

/** A module in which every line long enough to be recognized has the file's own word. */
function moduleOf(word: string, functions = 5): string {
  return Array.from({ length: functions }, (_, i) => {
    const name = `${word}${'abcdefghijklmnop'[i]}`;
    return [
      `export function ${name}Total(${name}Items: readonly number[]): number {`,
      `  let ${name}Sum = ${name}Items.length * ${i + 3};`,
      `  for (const ${name}Item of ${name}Items) {`,
      `    if (${name}Item > ${i}) ${name}Sum += ${name}Item;`,
      `    else ${name}Sum -= ${name}Item + ${i + 2};`,
      '  }',
      `  return Math.round(${name}Sum / ${i + 1});`,
      '}',
      '',
    ].join('\n');
  }).join('\n');
}

const SYLLABLES = ['ba', 'de', 'fi', 'go', 'lu', 'ma', 'ne', 'pi', 'ro', 'su', 'ta', 've'];

/** Files with words of their own, changed again and again beside honest ones. */
class Story {
  readonly scratch = new ScratchRepository();
  readonly words = new Map<string, string>();
  readonly #random: Random;

  constructor(seed: number, paths: readonly string[]) {
    this.#random = new Random('left out', seed);
    for (const path of [...paths, ...Array.from({ length: 8 }, (_, i) => `src/part${i % 3}/honest${i}.ts`)]) {
      const word = Array.from({ length: 6 }, () => SYLLABLES[this.#random.below(SYLLABLES.length)]).join('');
      this.words.set(path, word);
    }
    const first = {
      message: 'first',
      files: Array.from(this.words, ([path, word]) => [path, moduleOf(word)] as const),
    };
    const changes = Array.from({ length: 12 }, (_, round) => ({
      message: `change ${round}`,
      files: [...this.words]
        .filter(() => round % 3 === 0 || this.#random.next() < 0.4)
        .map(([path, word]) => [path, `${moduleOf(word)}\n${moduleOf(`${word}${SYLLABLES[round]}`, 3)}`] as const),
    }));
    this.scratch.commits([first, ...changes]);
  }

  textOf(path: string): string {
    return moduleOf(this.words.get(path) as string);
  }

  [Symbol.dispose](): void {
    this.scratch[Symbol.dispose]();
  }
}

/** Everything that is learned, measured on or shown, by any route. */
async function everythingOf(folder: string): Promise<string> {
  const cut = await cutForTune(folder, null);
  expect(cut).not.toBeNull();
  const options = { folder, history: true, contextChars: 600, cachePath: null, processes: 0 };
  const sets = await mineOnce(options, async () => cut);
  const whole = await mineOnce(options, async () => null);
  const byTime = await mineRepository({ ...options, split: { by: 'time' } });
  const pairs = [sets.dataset, sets.byTime, whole.dataset, byTime].flatMap((set) => set?.pairs ?? []);
  const texts = pairs.flatMap(({ context, prefix, middle, suffix }) => [context, prefix + middle + suffix]);
  return [...texts, ...(await buildIndex(folder)).texts()].join('\n');
}

interface Case {
  readonly paths: readonly string[];
  /** Leaves them out once they have a history; returns the folder to mine. */
  leaveOut(story: Story): string | undefined | Promise<string | undefined>;
  /** Files that are learned all the same. */
  readonly kept?: readonly string[];
}

/** Something for the split by time to measure. */
function commitHonestly(scratch: ScratchRepository): void {
  for (let round = 0; round < 4; round++) {
    for (const at of [0, 3, 6])
      scratch.write(`src/part${at % 3}/honest${at}.ts`, moduleOf(`later${'abcdefghij'[at]}`, 5 + 2 * round));
    scratch.commit('later');
  }
}

/** Each in a repository of its own: they need other histories, other rules or another folder. */
const apart: Record<string, Case> = {
  'git replace shows its text under another name': {
    paths: ['src/hidden.ts', 'src/shown.ts'],
    leaveOut({ scratch }) {
      scratch.write('.repotuneignore', 'src/hidden.ts\n');
      const id = (name: string): string => scratch.git('rev-parse', name).trim();
      for (let at = 0; at < 4; at++)
        if (id(`HEAD~${at}:src/shown.ts`) !== id(`HEAD~${at + 1}:src/shown.ts`))
          scratch.git('replace', '--force', id(`HEAD~${at}:src/shown.ts`), id(`HEAD~${at}:src/hidden.ts`));
      return undefined;
    },
    kept: ['src/shown.ts'],
  },
  'the attributes of the cut mark it generated, and it is gone today': {
    paths: ['api/made.ts', 'api/other.ts'],
    leaveOut({ scratch }) {
      scratch.write('api/.gitattributes', '*.ts linguist-generated\n').commit('generated');
      commitHonestly(scratch);
      rmSync(join(scratch.root, 'api'), { recursive: true });
      scratch.commit('no api');
      return undefined;
    },
  },
  'rules name its older path in another case': {
    paths: ['Generated/api.ts', 'Src/Own.ts'],
    leaveOut({ scratch }) {
      mkdirSync(join(scratch.root, 'moved'));
      renameSync(join(scratch.root, 'Generated'), join(scratch.root, 'moved', 'generated'));
      renameSync(join(scratch.root, 'moved', 'generated'), join(scratch.root, 'generated'));
      rmSync(join(scratch.root, 'Src'), { recursive: true });
      scratch.write('.repotuneignore', 'generated/\nsrc/own.ts\n').commit('another case');
      return undefined;
    },
  },
  'it is outside the folder that is mined': {
    paths: [
      'packages/asked2/a.ts',
      'root.ts',
      'packages/other/a.ts',
      ...Array.from({ length: 12 }, (_, i) => `packages/asked/m${i}.ts`),
    ],
    leaveOut: ({ scratch }) => join(scratch.root, 'packages', 'asked'),
    kept: Array.from({ length: 12 }, (_, i) => `packages/asked/m${i}.ts`),
  },
};

const SECRET_AND_MADE = [
  'conf/secrets.py',
  'config/credentials.ts',
  '.env.ts',
  'src/tool.min.js',
  'node_modules/x/index.ts',
];

/** With {@link today} in one repository, which is mined once. */
const committed: Record<string, Case> = {
  'a personal ignore list of the user names it': {
    paths: ['src/listed.ts', 'src/near/own.ts'],
    leaveOut({ scratch }) {
      scratch.write('.git/info/exclude', 'src/listed.ts\n').write('.git/own-list', 'near/\n');
      scratch.git('config', 'core.excludesFile', join(scratch.root, '.git', 'own-list'));
      scratch.git('rm', '--quiet', '--cached', 'src/listed.ts', 'src/near/own.ts');
      scratch.commit('not tracked');
      return undefined;
    },
  },
  'a list for assistants names it, or the name it was given since': {
    paths: ['src/kept.ts', 'src/before.ts'],
    leaveOut({ scratch }) {
      mkdirSync(join(scratch.root, 'theirs'));
      scratch.git('mv', 'src/before.ts', 'theirs/now.ts');
      scratch.write('.aiexclude', 'src/kept.ts\n').write('theirs/.cursorignore', '*\n').commit('moved');
      return undefined;
    },
  },
  'git ignores it and tracks it still': {
    paths: ['src/local/own.ts'],
    leaveOut({ scratch }) {
      scratch.write('.gitignore', 'local/\n').commit('ignored too late');
      return undefined;
    },
  },
  'git ignores it now that it is gone, and would read its name as more than a name': {
    paths: [':(top)odd/a.ts', ':!odd/b.ts'],
    leaveOut({ scratch }) {
      for (const path of [':(top)odd/a.ts', ':!odd/b.ts']) rmSync(join(scratch.root, path));
      scratch.write(':(top)odd/.gitignore', '*\n').write(':!odd/.gitignore', '*\n').commit('gone');
      return undefined;
    },
  },
  'it was forgotten under its current name, an old name or another case': {
    paths: ['src/mine.ts', 'src/then.ts', 'src/gone.ts', 'Src/Case.ts'],
    async leaveOut({ scratch }) {
      scratch.git('mv', 'src/then.ts', 'src/now.ts');
      scratch.git('rm', '--quiet', 'src/gone.ts');
      scratch.commit('moved and gone');
      const store = await storeLocation(scratch.root);
      for (const path of ['src/mine.ts', 'src/now.ts', 'src/gone.ts', 'src/case.ts', 'src/part0/honest0.ts'])
        await forgetFile(store, path);
      await learnFileAgain(store, 'SRC/part0/honest0.ts');
      return undefined;
    },
  },
  'its name is that of a secret, minified or vendored file, and it is gone': {
    paths: SECRET_AND_MADE,
    leaveOut({ scratch }) {
      scratch.git('rm', '--quiet', ...SECRET_AND_MADE);
      scratch.commit('gone');
      return undefined;
    },
  },
  'CocoaPods or somebody with its licence has copied it into the repository': {
    paths: ['ios/Pods/Lib/lib.ts', 'ios/Pods/Old/gone.ts', 'deps/zlib/lib.ts', 'web/Pods/list.ts'],
    kept: ['web/Pods/list.ts'],
    leaveOut({ scratch }) {
      scratch.git('rm', '--quiet', 'ios/Pods/Old/gone.ts');
      scratch.write('deps/zlib/LICENSE', 'zlib\n').write('ios/Podfile', "pod 'Lib'\n").commit('a Podfile');
      return undefined;
    },
  },
  'it was renamed into a folder that is left out': {
    paths: ['src/plain.ts', 'src/moved.ts'],
    leaveOut(story) {
      const { scratch } = story;
      mkdirSync(join(scratch.root, 'private'));
      scratch.git('mv', 'src/plain.ts', 'private/plain.ts');
      scratch.git('mv', 'src/moved.ts', 'private/other.ts');
      scratch.write('private/other.ts', `${story.textOf('src/moved.ts')}\nexport const added = 1;\n`);
      scratch.write('.repotuneignore', 'private/\n').commit('moved');
      return undefined;
    },
  },
};

/** After the others: a commit takes all that is in the folder. */
const today: Record<string, Case> = {
  'its text is marked as generated today': {
    paths: ['src/made.ts'],
    leaveOut(story) {
      story.scratch.write('src/made.ts', `// @generated\n${story.textOf('src/made.ts')}`);
      return undefined;
    },
  },
  'it has a merge conflict today': {
    paths: ['src/both.ts'],
    leaveOut(story) {
      story.scratch.write('src/both.ts', `${story.textOf('src/both.ts')}<<<<<<< ours\n=======\n>>>>>>> theirs\n`);
      return undefined;
    },
  },
  'a folder on its path is a link today': {
    paths: ['lib/one.ts', 'lib/two.ts'],
    leaveOut({ scratch }) {
      renameSync(join(scratch.root, 'lib'), join(scratch.root, '.git', 'elsewhere'));
      symlinkSync(join(scratch.root, '.git', 'elsewhere'), join(scratch.root, 'lib'));
      return undefined;
    },
  },
};

it('a folder that became a link and an overlong path do not keep other files from being learned', async () => {
  const long = 'deep'.repeat(25);
  using story = new Story(7, ['lib/one.ts', `${`${long}/`.repeat(10)}end.ts`]);
  const { scratch } = story;
  rmSync(join(scratch.root, 'lib'), { recursive: true });
  rmSync(join(scratch.root, long), { recursive: true });
  symlinkSync('src', join(scratch.root, 'lib'));
  scratch.commit('a link');
  const text = await everythingOf(scratch.root);
  expect(text).toContain(story.words.get('src/part0/honest0.ts'));
  expect(text).not.toContain(story.words.get('lib/one.ts'));
});

function expectLeftOut({ paths, kept = [] }: Case, { words }: Story, text: string): void {
  const found = paths.filter((path) => text.includes(words.get(path) as string));
  // If files are kept, at least a few of them are drawn from.
  expect(found.filter((path) => !kept.includes(path))).toEqual([]);
  if (kept.length > 0) expect(found.filter((path) => kept.includes(path)).length).toBeGreaterThan(0);
}

it.each(Object.entries(apart))('no line of a file is learned when %s', async (_, one) => {
  using story = new Story(7, one.paths);
  expectLeftOut(one, story, await everythingOf((await one.leaveOut(story)) ?? story.scratch.root));
});

describe('in one repository', () => {
  const cases = { ...committed, ...today };
  let story: Story;
  let text: string;
  beforeAll(async () => {
    const paths = Object.values(cases).flatMap((one) => one.paths);
    expect(new Set(paths).size).toBe(paths.length);
    story = new Story(7, paths);
    for (const one of Object.values(committed)) await one.leaveOut(story);
    commitHonestly(story.scratch);
    for (const one of Object.values(today)) await one.leaveOut(story);
    text = await everythingOf(story.scratch.root);
  });
  afterAll(() => story[Symbol.dispose]());

  it.each(Object.entries(cases))('no line of a file is learned when %s', (_, one) => {
    expectLeftOut(one, story, text);
  });

  it('every other file is learned', () => {
    const honest = [...story.words].filter(([path]) => path.startsWith('src/part'));
    expect(honest.filter(([, word]) => !text.includes(word))).toEqual([]);
  });
});
