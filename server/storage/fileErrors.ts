import { messageOf } from '../common/messageOf.ts';
import { startProblem } from '../system/notStarted.ts';
import { type Denied, deniedOf } from './denied.ts';

/** A refusal by the file system, worded for the user. */
export interface FileProblem {
  readonly kind: 'full' | 'denied';
  /** Says what to do. */
  readonly sentence: string;
}

const DENIED: Readonly<Record<Denied, (path: string, code: string) => string>> = {
  read: (path, code) => `${path} cannot be read (${code}). Give your user the right to read it.`,
  written: (path, code) => `${path} cannot be written (${code}). ${toWrite(path)}`,
  'read or written': (path, code) =>
    `${path} can be neither read nor written (${code}). Give your user the right to do so.`,
};

/** A repository's adapters are kept in its own folder of git; those of other folders, and what is shared by all, in the data folder. */
function toWrite(path: string): string {
  return /[\\/]\.git[\\/]/.test(path)
    ? 'Repotune keeps what it learns in the repository: make that writable, or open a clone of it that is.'
    : 'Make the folder writable, or set REPOTUNE_DATA to one that is.';
}

/** What Windows refuses, with the code of a missing permission, while the file is open or mapped: a model in use, a loaded plug-in. */
const MOVING: ReadonlySet<string | undefined> = new Set(['rename', 'unlink', 'rmdir', 'rm']);

/** null for other errors. */
export function fileProblem(error: unknown, platform = process.platform): FileProblem | null {
  if (!(error instanceof Error) || startProblem(error) !== null) return null;
  const { code, path, syscall, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  switch (code) {
    case 'ENOSPC':
      return {
        kind: 'full',
        sentence: `The disk is full${path ? ` (writing ${path})` : ''}. Free some space and try again; earlier adapters are untouched.`,
      };
    case 'EDQUOT':
      return {
        kind: 'full',
        sentence: 'The disk quota is used up. Free some space and try again; earlier adapters are untouched.',
      };
    case 'EACCES':
    case 'EPERM':
      if (platform === 'win32' && MOVING.has(syscall))
        return {
          kind: 'denied',
          sentence: `${dest ?? path} is in use (${code}): a window has it loaded, this one or another, or another program has it open. Close it there, and try again.`,
        };
      return { kind: 'denied', sentence: DENIED[deniedOf(path, syscall)](path ?? 'A file', code) };
    case 'EROFS':
      return {
        kind: 'denied',
        sentence: `${path ?? 'A file'} cannot be written: its disk is read-only. ${toWrite(path ?? '')}`,
      };
    case 'ENOENT':
      // Node's error for a folder that cannot be created with its parents on a read-only disk.
      if (syscall !== 'mkdir' || path === undefined) return null;
      return {
        kind: 'denied',
        sentence: `${path} cannot be created: its disk is read-only, or the folder above it is gone. ${toWrite(path)}`,
      };
    default:
      return null;
  }
}

/** For a model file that cannot be opened. */
export function noModelFile(path: string, { code }: NodeJS.ErrnoException): string {
  const what = code === 'ENOENT' ? 'There is no model file' : `The model file cannot be read (${code}):`;
  return `${what} ${path}. Choose a base model with "Repotune: Choose Base Model…" (on the command line: --model, or leave it out to use the bundled one).`;
}

/** The message to show for an error from any lower layer. */
export function messageFor(error: unknown): string {
  return startProblem(error) ?? fileProblem(error)?.sentence ?? inWords(error) ?? messageOf(error);
}

const words: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is nothing at ${path}: it was moved or deleted meanwhile.`,
  ENOTDIR: (path) => `${path} cannot exist: a part of that path is a file.`,
  EISDIR: (path) => `${path} is a folder, but a file is needed there. Move it elsewhere.`,
  EBUSY: (path) => `${path} is in use by another program. Close that, and try again.`,
  EIO: (path) => `${path} cannot be read or written: the disk reports an error.`,
  ENAMETOOLONG: (path) => `The name ${path.slice(0, 80)}… is too long for this disk.`,
  ELOOP: (path) => `${path} is a link that leads back to itself. Remove it.`,
};

/** Rewords Node's file errors, which consist of codes and system calls; null for other errors. */
function inWords(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined || !error.message.startsWith(`${code}: `)) return null;
  return words[code]?.(path) ?? null;
}
