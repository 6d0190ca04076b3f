import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { scriptPath } from './paths.ts';

const dir = mkdtempSync(join(tmpdir(), 'repotune-home-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** As Node answers where there is neither HOME nor an entry for the user. */
const UNKNOWN = `
  import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  const unknown = (call) => () => {
    throw Object.assign(new Error('A system error occurred: ' + call + ' returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
  };
  os.homedir = unknown('uv_os_homedir');
  os.userInfo = unknown('uv_os_get_passwd');
  syncBuiltinESMExports();`;

it.each([['adapters'], ['--help']])(
  'without a home folder, %s says what to set',
  (name) => {
    const preload = `data:text/javascript,${encodeURIComponent(UNKNOWN)}`;
    const { stderr, status } = spawnSync(process.execPath, ['--import', preload, scriptPath('cli'), name], {
      cwd: dir,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr.trim()).toBe(
      'repotune: Your home folder is not known: HOME is not set, and the system has no entry for your user. Set HOME to a folder of yours.',
    );
    expect(status).toBe(1);
  },
  120_000,
);
