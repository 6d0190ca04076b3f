import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

/** Answers as Linux does on a drive shared over SMB: it has no permissions to change, and may have no folders to flush. */
const SHARED = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>
int chmod(const char *path, mode_t mode) { (void)path; (void)mode; errno = EPERM; return -1; }
int fchmod(int file, mode_t mode) { (void)file; (void)mode; errno = EPERM; return -1; }
int fsync(int file) {
  struct stat info;
  if (fstat(file, &info) == 0 && S_ISDIR(info.st_mode)) { errno = EINVAL; return -1; }
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
}`;

const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'repotune-drive-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it.skipIf(!hasCompiler)(
  'a version is stored, activated and deleted on a drive that has neither permissions nor folders to flush',
  () => {
    const source = join(dir, 'shared.c');
    writeFileSync(source, SHARED);
    execFileSync('cc', ['-shared', '-fPIC', '-o', join(dir, 'shared.so'), source, '-ldl']);
    const script = `
    import { writeFileSync } from 'node:fs';
    import { AdapterStore } from ${module('./store.ts')};
    import { adapterGguf, manifestFor } from ${module('./testing.ts')};
    const adapterFile = ${JSON.stringify(join(dir, 'new.gguf'))};
    const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
    writeFileSync(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16 }));
    const store = new AdapterStore(${JSON.stringify(join(dir, 'store'))});
    await store.add({ manifest: await manifestFor('a-1', adapterFile), adapterFile, report: {} });
    console.log((await store.activate('a-1', 'test')).active);
    await store.remove('a-1');
    console.log((await store.list()).adapters.length);`;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      env: { ...process.env, LD_PRELOAD: join(dir, 'shared.so'), REPOTUNE_DATA: join(dir, 'data') },
    });
    expect(said).toBe('true\n0\n');
  },
);
