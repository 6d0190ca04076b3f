/** Runs of the command line that are killed with all their processes, as by a power failure, and continued with `--resume`. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { randomFrom } from '../../server/common/random.ts';
import { storeLocation } from '../../server/git/storeLocation.ts';
import { runFolders } from '../../server/runs/leftovers.ts';
import { scriptPath } from '../../server/storage/paths.ts';

/** The first checkpoint comes after half a minute of training: on a busy machine a shorter run ends before it. */
const MINUTES = 2.5;
const LATEST_KILL_MS = 10_000;
const AUTHOR = ['-c', 'user.name=Check', '-c', 'user.email=check@example.com'];

export interface WholeRunsCheck {
  readonly folder: string;
  readonly kills: number;
  say(line: string): void;
}

export interface WholeRunsOutcome {
  readonly wholeRuns: number;
  /** Those that left no version when continued, or left something of the run behind. */
  readonly notContinued: number;
}

export async function checkWholeRuns({ folder, kills, say }: WholeRunsCheck): Promise<WholeRunsOutcome> {
  const random = randomFrom(Date.now() >>> 0, 2);
  let notContinued = 0;
  for (let run = 0; run < kills; run++) {
    const repository = repositoryIn(join(folder, `whole-${run}`));
    const tune = (...args: string[]) => start(folder, ['tune', repository, '--json', ...args]);
    const killed = tune('--minutes', String(MINUTES), '--anyway');
    const dir = await storeLocation(repository);
    await firstCheckpoint(dir, killed);
    const afterMs = Math.round(LATEST_KILL_MS * random());
    await wait(afterMs);
    const tooLate = killed.exitCode !== null;
    if (!tooLate) process.kill(-killed.pid!, 'SIGKILL');
    const continued = tooLate ? 'ENDED BEFORE IT WAS KILLED' : await ended(tune('--resume'));
    const versions = existsSync(join(dir, 'versions')) ? readdirSync(join(dir, 'versions')).length : 0;
    const left = (await runFolders(dir)).length;
    const isWell = continued === '' && versions === 1 && left === 0;
    if (!isWell) notContinued++;
    const became = isWell ? 'continued, and stored its adapter' : `${continued} ${versions} versions, ${left} left`;
    say(`${String(run + 1).padStart(2)}  all its processes killed ${afterMs} ms after its first checkpoint: ${became}`);
  }
  return { wholeRuns: kills, notContinued };
}

/** This product's own server. */
function repositoryIn(path: string): string {
  mkdirSync(path, { recursive: true });
  cpSync(new URL('../../server', import.meta.url), join(path, 'server'), { recursive: true });
  const git = (...args: string[]) => execFileSync('git', ['-C', path, ...AUTHOR, ...args], { stdio: 'ignore' });
  git('init');
  git('add', '.');
  git('commit', '-m', 'first');
  return path;
}

/** In a process group of its own. */
function start(folder: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [scriptPath('cli'), ...args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, REPOTUNE_DATA: join(folder, 'data') },
  });
}

async function firstCheckpoint(dir: string, run: ChildProcess): Promise<void> {
  run.stderr?.resume();
  while (run.exitCode === null) {
    if ((await runFolders(dir)).some((one) => existsSync(join(one, 'checkpoint.json')))) return;
    await wait(100);
  }
}

/** @returns '' if it succeeded, else its last words */
async function ended(run: ChildProcess): Promise<string> {
  let said = '';
  run.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-500);
  });
  const [code] = await once(run, 'close');
  return code === 0 ? '' : `ENDED WITH ${code}: ${said.trim()}`;
}
