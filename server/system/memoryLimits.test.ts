import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryLimits } from './memoryLimits.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-memory-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Limits as `<limit>-<used>+<cache>`, innermost first. */
function found(groups: string, files: Readonly<Record<string, string>>): string {
  const own = join(folder, 'cgroup');
  writeFileSync(own, groups);
  const mount = join(folder, 'mount');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(mount, path)), { recursive: true });
    writeFileSync(join(mount, path), text);
  }
  return memoryLimits(own, mount)
    .map(({ limitBytes, usedBytes, cachedBytes }) => `${limitBytes}-${usedBytes}+${cachedBytes}`)
    .join(' ');
}

const second = (limit: string, used: number, cache: number, at = '') => ({
  [`${at}memory.max`]: `${limit}\n`,
  [`${at}memory.high`]: 'max\n',
  [`${at}memory.current`]: `${used}\n`,
  [`${at}memory.stat`]: `anon 1\nfile 9\ninactive_file ${cache}\nactive_file 2\n`,
});

it.each([
  ['no group', '', {}, ''],
  ['a container', '0::/\n', second('800', 500, 70), '800-500+70'],
  ['a container that sees its path on the host', '0::/docker/0a1b\n', second('800', 500, 70), '800-500+70'],
  [
    'a step of a batch job',
    '0::/slurm/job_1/step_2\n',
    {
      ...second('max', 40, 3, 'slurm/job_1/step_2/'),
      ...second('900', 50, 4, 'slurm/job_1/'),
      'memory.stat': 'inactive_file 5000\n',
    },
    '900-50+4',
  ],
  [
    'a service in a slice',
    '0::/user.slice/a.service\n',
    { ...second('300', 40, 3, 'user.slice/a.service/'), ...second('900', 50, 4, 'user.slice/') },
    '300-40+3 900-50+4',
  ],
  ['a group with memory.high', '0::/a\n', { ...second('900', 50, 4, 'a/'), 'a/memory.high': '600\n' }, '600-50+4'],
  ['a path above the mount', '0::/../b\n', second('800', 500, 70), '800-500+70'],
  [
    'cgroup v1 beside v2',
    '9:name=systemd:/\n4:cpu,memory:/docker/0a\n0::/\n',
    {
      'memory/docker/0a/memory.limit_in_bytes': '700\n',
      'memory/docker/0a/memory.usage_in_bytes': '20\n',
      'memory/docker/0a/memory.stat': 'inactive_file 1\ntotal_inactive_file 3\n',
    },
    '700-20+3',
  ],
])('finds the limits of %s', (_, groups, files, expected) => {
  expect(found(groups, files)).toBe(expected);
});
