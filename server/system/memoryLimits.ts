/** Memory limits set by Linux control groups, of either version: a container's, a batch job's, a service's, a user's. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface MemoryLimit {
  readonly limitBytes: number;
  /** Memory of the group, including file cache. */
  readonly usedBytes: number;
  /** The group's file cache that yields when memory is needed. */
  readonly cachedBytes: number;
}

/** One line for each hierarchy: `<number>:<controllers>:<path>`; version 2 has the number 0 and no controllers. */
const LINE = /^(\d+):([^:]*):(\/.*)$/;

/**
 * Limits of this process's own group and of all enclosing ones, since each applies: a batch job's is set above the groups of its steps,
 * which have none of their own. Empty if there is none.
 */
export function memoryLimits(groups = '/proc/self/cgroup', mount = '/sys/fs/cgroup'): MemoryLimit[] {
  for (const line of textOf(groups).split('\n')) {
    const [, number, controllers = '', path = '/'] = LINE.exec(line) ?? [];
    const isFirst = controllers.split(',').includes('memory');
    if (!(isFirst || (number === '0' && controllers === ''))) continue;
    const top = isFirst ? join(mount, 'memory') : mount;
    const limits = groupsUp(path).flatMap((group) => (isFirst ? firstVersion : secondVersion)(join(top, group)));
    // If both versions are in use, only one manages memory.
    if (limits.length > 0) return limits;
  }
  return [];
}

/** A path and its parents. In a container the path may be the host's, of which only the topmost folder exists: the container's own. */
function groupsUp(path: string): string[] {
  const groups: string[] = [];
  for (let at = posix.normalize(path); ; at = posix.dirname(at)) {
    groups.push(at);
    if (at === '/') return groups;
  }
}

/** Kernel documentation, admin-guide/cgroup-v2: above `high`, a group is throttled heavily. */
function secondVersion(dir: string): MemoryLimit[] {
  const limitBytes = Math.min(bytesIn(dir, 'memory.max'), bytesIn(dir, 'memory.high'));
  return limitOf(dir, limitBytes, 'memory.current', 'inactive_file');
}

/** admin-guide/cgroup-v1/memory. */
function firstVersion(dir: string): MemoryLimit[] {
  return limitOf(dir, bytesIn(dir, 'memory.limit_in_bytes'), 'memory.usage_in_bytes', 'total_inactive_file');
}

function limitOf(dir: string, limitBytes: number, used: string, cached: string): MemoryLimit[] {
  const usedBytes = bytesIn(dir, used);
  if (!Number.isFinite(limitBytes) || !Number.isFinite(usedBytes)) return [];
  const [, inactive = '0'] = new RegExp(`^${cached} (\\d+)$`, 'm').exec(textOf(join(dir, 'memory.stat'))) ?? [];
  return [{ limitBytes, usedBytes, cachedBytes: Number(inactive) }];
}

/** Infinite for `max`, and if there is no such file. */
function bytesIn(dir: string, name: string): number {
  const text = textOf(join(dir, name)).trim();
  return /^\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
