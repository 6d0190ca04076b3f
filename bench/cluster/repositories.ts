/** Two repositories of real code, with marks planted in everything that must not leave the machine. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { mineRepository } from '../../server/mining/index.ts';
import { packageRoot } from '../../server/storage/paths.ts';
import { learnedFrom } from '../../server/tuning/learnedFrom.ts';

export interface CheckRepository {
  readonly folder: string;
  /** Texts of the files that may be learned from. */
  readonly learned: readonly string[];
  /** Texts that must not be in anything sent. */
  readonly marks: readonly string[];
}

const SOURCES = [
  ['server/completion', 'server/prompt', 'server/adapters'],
  ['server/mining', 'server/retrieval', 'server/git'],
] as const;

export async function checkRepositories(root: string): Promise<CheckRepository[]> {
  const made: CheckRepository[] = [];
  for (const [index, sources] of SOURCES.entries()) made.push(await repositoryOf(root, index, sources));
  return made;
}

async function repositoryOf(root: string, index: number, sources: readonly string[]): Promise<CheckRepository> {
  const mark = (what: string): string => `zq${what}${(index + 1) * 7919}mark`;
  const folder = join(root, mark('folder'));
  for (const source of sources) cpSync(join(packageRoot, source), join(folder, source), { recursive: true });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const git = gitIn(folder, mark('name'), mark('mail'));
  git('init', '--quiet');
  write('.gitignore', '.env\nprivate/\n');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'sources');
  // The first commit determines which files are held out, so marks come with the second.
  const { pairs } = await mineRepository({ ...learnedFrom(folder), cachePath: null });
  const pathsOf = (split: string): string[] => [
    ...new Set(pairs.filter((one) => one.split === split).map(({ path }) => path)),
  ];
  const heldOut = pathsOf('held-out');
  for (const path of heldOut) appendFileSync(join(folder, path), `\nexport const held = '${mark('held')}';\n`);
  write('.env', `SETTING=${mark('ignored')}\n`);
  write('private/notes.ts', `export const note = '${mark('private')}';\n`);
  write('README.md', `${mark('readme')}\n`);
  const [secretIn] = pathsOf('train');
  // In a documented format, which the filter must recognize.
  const secret = `ghp_${mark('token').padEnd(36, 'A1b2C3d4E5f6')}`.slice(0, 40);
  appendFileSync(join(folder, secretIn!), `\nexport const token = '${secret}';\n`);
  git('add', '--all');
  git('commit', '--quiet', '-m', mark('message'));
  return {
    folder,
    learned: pathsOf('train').map((path) => readFileSync(join(folder, path), 'utf8')),
    marks: [
      ...['held', 'ignored', 'private', 'readme', 'token', 'message', 'name', 'mail'].map(mark),
      basename(folder),
      ...(homedir().length > 6 ? [homedir()] : []),
    ],
  };
}

function gitIn(folder: string, name: string, mail: string) {
  const identity = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: `${mail}@example.com` };
  const committer = { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: `${mail}@example.com` };
  const env = { ...process.env, ...identity, ...committer, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return (...args: string[]): void => {
    const { status, stderr } = spawnSync('git', args, { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
}
