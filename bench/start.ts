/** The time from opening a window to the first suggestion, and Repotune's cost while idle, in a real VS Code. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../server/storage/paths.ts';

const script = join(packageRoot, 'test', 'e2e', 'benchStart.mjs');
process.exitCode = spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
