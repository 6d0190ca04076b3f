/** Whether an import can be of what a given file declares, by its module and the paths of both: the same name comes from many modules. */
import { posix } from 'node:path';

/** Paths from the folder. */
export interface DeclaredAndUsed {
  readonly declared: string;
  readonly used: string;
}

const EXTENSION = /(?:\.d)?\.\w+$/;
const SCRIPT = /(?:\.d)?\.(?:[mc]?[jt]sx?|vue|svelte)$/;
/** Files that are named by their folder. */
const OF_FOLDER = /(?:^|\/)(?:index|mod|__init__)$/;
/** Of a crate. Like an alias for all sources, it may hand on what any file declares. */
const ROOT = /^(?:crate|super|self)$/;
const ALIAS = /^[@~#$]/;

/**
 * `module`: as written; '' if the name is a module's itself; null if there is none, so that anything may be meant. A folder around the
 * declaring file counts, since it may hand on what its files declare; of other modules, the last word suffices.
 */
export function mayBeFrom(module: string | null, { declared, used }: DeclaredAndUsed): boolean {
  if (module === null) return true;
  const file = declared.replace(EXTENSION, '');
  const target = withoutIndex(file);
  const relative = relativePath(module);
  if (relative !== null) {
    const path = withoutIndex(posix.join(posix.dirname(used), relative));
    return path === '' || path === '.' || path === target || file.startsWith(`${path}/`);
  }
  const words = wordsOf(module);
  const last = words.at(-1) ?? '';
  if (ROOT.test(last) || (words.length === 1 && ALIAS.test(last))) return true;
  // The name of a crate is not that of its folder `src`.
  if (words.length === 1 && /(?:^|\/)lib\.rs$/.test(declared)) return !/^(?:std|core|alloc)$/.test(last);
  return target.split('/').some((word) => plain(word) === plain(last));
}

/** null if it is not relative to the file. */
function relativePath(module: string): string | null {
  if (isQuoted(module)) {
    const path = module.slice(1, -1).replace(SCRIPT, '');
    return /^\.\.?(?:\/|$)/.test(path) ? path : null;
  }
  // In Python, each dot after the first is a folder up.
  const dots = /^\.+/.exec(module)?.[0].length ?? 0;
  return dots === 0 ? null : `./${'../'.repeat(dots - 1)}${module.slice(dots).replaceAll('.', '/')}`;
}

function wordsOf(module: string): string[] {
  if (isQuoted(module)) return withoutIndex(module.slice(1, -1).replace(SCRIPT, '')).split('/');
  return module.split(/::|\./);
}

function isQuoted(module: string): boolean {
  return /^['"]/.test(module);
}

function withoutIndex(path: string): string {
  return path.replace(/\/$/, '').replace(OF_FOLDER, '');
}

function plain(word: string): string {
  return word.replaceAll('-', '_');
}
