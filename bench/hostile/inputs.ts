/** Whatever a user may name by mistake, and whatever someone may have put there. */
import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './outside.ts';
import { HostileRepository } from './repository.ts';

export interface Input {
  readonly name: string;
  /** The argument; null for none. */
  readonly path: string | null;
  /** Unusable: a command told to work in it must say so. */
  readonly refused: boolean;
}

/** A user id of nobody here, so that ownership matters. */
const STRANGER = 12_345;
const isRoot = process.getuid?.() === 0;

type Make = (path: string) => void;

/** A few files in a commit or two: too little to tune on, so that every command ends soon. */
function small(path: string): HostileRepository {
  const repository = new HostileRepository(path);
  for (const name of ['a', 'b']) repository.write(`${name}.ts`, `export const ${name} = 1;\n`);
  return repository.commit('first');
}

function chown(path: string): void {
  for (const one of filesBelow(path)) chownSync(one, STRANGER, STRANGER);
  chownSync(path, STRANGER, STRANGER);
}

function partialClone(path: string): void {
  const origin = small(`${path}-origin`).write('a.ts', 'export const a = 3;\n').commit();
  origin.git('config', 'uploadpack.allowFilter', 'true');
  origin.git('clone', '--quiet', '--filter=blob:none', `file://${origin.root}`, path);
}

const REFUSED: Readonly<Record<string, Make | null>> = {
  missing: () => {},
  'a file': (path) => writeFileSync(path, 'just a file\n'),
  'a file as a folder': null,
  'a device': null,
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'an empty name': null,
  // Root can still read it, except in a user namespace in which its owner is unmapped.
  unreadable: (path) => {
    mkdirSync(path);
    if (isRoot) chown(path);
    chmodSync(path, isRoot ? 0o700 : 0);
  },
  'a broken HEAD': (path) => void small(path).write('.git/HEAD', 'garbage'),
  'a broken configuration': (path) => void small(path).configure('[core\nnonsense'),
  'another owner': (path) => {
    small(path);
    if (isRoot) chown(path);
  },
  'a newer format': (path) => void small(path).git('config', 'core.repositoryFormatVersion', '99'),
};

const SERVED: Readonly<Record<string, Make | null>> = {
  none: null,
  'an empty folder': (path) => mkdirSync(path),
  'a broken index': (path) => void small(path).write('.git/index', 'garbage'),
  bare: (path) => void new HostileRepository(path, ['--bare']),
  unborn: (path) => void new HostileRepository(path),
  'a submodule': (path) => void small(path).submodule('inner'),
  'a partial clone': partialClone,
  'names that differ by case': (path) => {
    const repository = small(path);
    const blob = repository.gitWith(['hash-object', '-w', '--stdin'], 'export const A = 2;\n');
    repository.gitWith(['update-index', '--index-info'], `100644 ${blob}\tA.ts\n100644 ${blob}\tSrc/x.ts\n`);
    repository.commitTree('another case');
  },
};

function placeOf(root: string, name: string): string | null {
  switch (name) {
    case 'none':
      return null;
    case 'a device':
      return '/dev/zero';
    case 'an empty name':
      return '';
    case 'a file as a folder':
      return join(root, 'a-file', 'inside');
    default:
      return join(root, name.replaceAll(' ', '-'));
  }
}

/** Creates all inputs below `root`. */
export function makeInputs(root: string): void {
  for (const [name, make] of Object.entries({ ...REFUSED, ...SERVED })) make?.(placeOf(root, name)!);
}

/** The created inputs, as this process sees them. */
export function inputsAt(root: string): Input[] {
  const described = (names: readonly string[], refused: boolean): Input[] =>
    names.map((name) => {
      const path = placeOf(root, name);
      return { name, path, refused: refused && (name !== 'unreadable' || !isReadable(path!)) };
    });
  return [...described(Object.keys(REFUSED), true), ...described(Object.keys(SERVED), false)];
}

/** Root can read everything. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
