import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** MIT, 103 TypeScript files here, pinned by our lock file, and not among the sources the bundled base was trained on. */
const source = '@huggingface/hub';

/** A git repository of real open-source code: the sources that an npm package ships, or part of them, committed. */
export function makeRepository(folder, names = ['src/lib', 'src/utils', 'package.json', 'README.md', 'LICENSE']) {
  mkdirSync(folder, { recursive: true });
  for (const name of names)
    cpSync(join(modules, source, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.endsWith('.spec.ts'),
    });
  commitAll(folder);
  return folder;
}

/** Turns a folder into a repository with everything in one reproducible commit. */
export function commitAll(folder) {
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '.');
  git(
    folder,
    '-c',
    'user.name=Author',
    '-c',
    'user.email=author@example.org',
    'commit',
    '--quiet',
    '--message',
    'Import',
    '--date',
    '2026-01-01T00:00:00Z',
  );
}

function git(cwd, ...args) {
  const { status, stderr } = spawnSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' },
  });
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
}
