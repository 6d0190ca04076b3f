/** Detects from file system metadata whether files were read or changed. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, utimesSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** An access time that no read leaves: a read sets the current time, even with `relatime`, since the file was modified later. */
const ARMED_SECONDS = 1000;

/** Every file, folder and link below `root`, without following links; `skip` by path from there. */
export function* filesBelow(root: string, skip: (path: string) => boolean = () => false): Generator<string> {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return;
  }
  const pending = names.map((name) => join(root, name));
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (skip(relative(root, path).split(sep).join('/'))) continue;
    yield path;
    try {
      if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) pending.push(join(path, name));
    } catch {
      // It disappeared meanwhile, or its name is too long for stat.
    }
  }
}

/** From now on {@link readSince} reports which regular files below `root` were read. */
export function arm(root: string, skip?: (path: string) => boolean): void {
  for (const path of filesBelow(root, skip)) {
    const about = lstatSync(path);
    if (about.isFile()) utimesSync(path, ARMED_SECONDS, about.mtimeMs / 1000);
  }
}

export function readSince(root: string, skip?: (path: string) => boolean): string[] {
  return [...filesBelow(root, skip)].filter((path) => {
    const about = lstatSync(path);
    return about.isFile() && about.atimeMs !== ARMED_SECONDS * 1000;
  });
}

export type Snapshot = ReadonlyMap<string, string>;

/** `content`: compare by contents; otherwise by size and time, for large trees. */
export function snapshot(root: string, content: boolean, skip?: (path: string) => boolean): Snapshot {
  const seen = new Map<string, string>();
  for (const path of filesBelow(root, skip)) seen.set(path, describe(path, content));
  return seen;
}

function describe(path: string, content: boolean): string {
  try {
    const about = lstatSync(path);
    if (about.isSymbolicLink()) return `link ${readlinkSync(path)}`;
    if (!about.isFile()) return `${about.mode}`;
    if (!content) return `${about.mode} ${about.size} ${about.mtimeMs}`;
    return `${about.mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/** The differences, in words. */
export function changes(before: Snapshot, after: Snapshot): string[] {
  const words: string[] = [];
  for (const [path, was] of before) {
    const is = after.get(path);
    if (is === undefined) words.push(`deleted ${path}`);
    else if (is !== was) words.push(`changed ${path}`);
  }
  for (const path of after.keys()) if (!before.has(path)) words.push(`made ${path}`);
  return words;
}
