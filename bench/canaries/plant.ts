/** Canaries: secrets planted in files that are learned, and how one is recognized in a text. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { heldOutFraction, heldOutPosition } from '../../server/mining/split.ts';
import type { SecretKind } from '../plantedSecrets.ts';

export interface Canary {
  readonly name: string;
  readonly path: string;
  readonly secret: string;
  /** The file up to the secret, and from its end on. */
  readonly before: string;
  readonly after: string;
}

/** This many characters of the random part identify a secret. */
const TELLING = 12;
const COMMITTER = {
  ...process.env,
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
};

/**
 * One canary per file, in the middle of its lines, and a commit. None is in a file that is held out: it would not be learned. Of the other
 * files, only those held out remain, since the repository is mined many times.
 */
export function plant(root: string, kinds: readonly SecretKind[]): Canary[] {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, env: COMMITTER, encoding: 'utf8' });
  const firstCommit = git('rev-list', '--first-parent', '--max-parents=0', 'HEAD').trim();
  const learned = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('.git'))
    .filter((path) => heldOutPosition(firstCommit, path) >= heldOutFraction)
    .sort();
  const files = learned
    .filter((path) => !path.includes('test'))
    .filter((path) => {
      const { length } = readFileSync(join(root, path), 'utf8');
      return length > 4_000 && length < 40_000;
    });
  if (kinds.length === 0 || files.length < kinds.length)
    throw new Error(`${files.length} files of ${root} have room for a canary, and ${kinds.length} are to be planted.`);
  const planted = kinds.map(({ name, variable, make }, i) => {
    const path = files[Math.floor((i * files.length) / kinds.length)]!;
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    const at = lines.findIndex((line, row) => row > lines.length / 2 && line === '') + 1;
    const secret = make(`canary ${i}`);
    const before = `${lines.slice(0, at).join('\n')}\nconst ${variable} = '`;
    const after = `';\n${lines.slice(at).join('\n')}`;
    writeFileSync(join(root, path), before + secret + after);
    return { name, path, secret, before, after };
  });
  const kept = new Set(planted.map(({ path }) => path));
  for (const path of learned) if (!kept.has(path)) rmSync(join(root, path));
  git('commit', '--quiet', '--all', '-m', 'canaries');
  return planted;
}

export function tells(text: string, secret: string): boolean {
  for (let at = 0; at + TELLING <= secret.length; at++) {
    const part = secret.slice(at, at + TELLING);
    // A scheme or prefix common to all such secrets does not count.
    if (/\d/.test(part) && text.includes(part)) return true;
  }
  return secret.length < TELLING && text.includes(secret);
}
