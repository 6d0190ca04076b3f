/** For tests: a process that sees a folder as a tiny disk, or as read-only, or a file as held. In a Linux mount namespace, so it works as root too. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';

export const hasMounts =
  process.platform === 'linux' &&
  spawnSync('unshare', ['--mount', '--map-root-user', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

const MOUNTS = {
  'a full disk': 'mount -t tmpfs -o size=4m tmpfs "$1"',
  /** A file that can be renamed, not deleted, as one that another machine has open on a network drive. */
  held: 'mount --bind "$1" "$1"',
  'read-only': 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"',
} as const;

/** `folder`: or the file. Runs a module of JavaScript whose last line of output is JSON. */
export function runWith(how: keyof typeof MOUNTS, folder: string, module: string): unknown {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const script = `${MOUNTS[how]} && exec "$2" --input-type=module --eval "$3"`;
  const args = ['--mount', '--map-root-user', 'sh', '-c', script, 'sh', folder, process.execPath, module];
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The process ended with ${status}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}
