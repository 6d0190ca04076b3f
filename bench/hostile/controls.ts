/** Proves that every trap can fire: plain git triggers each in its own repository. Otherwise a mute check would pass. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Listener } from './network.ts';
import { arm, changes, readSince, snapshot } from './outside.ts';
import { DIFF_TRAPS, FILTER_TRAPS, FSMONITOR_TRAPS, HOOK_TRAPS, HOOKS_PATH_TRAPS, OTHER_TRAPS } from './programs.ts';
import { INCLUDE_IF_TRAPS, INCLUDED_TRAPS, LAZY_FETCH_TRAPS, SIGNATURE_TRAPS, SUBMODULE_TRAPS } from './remoteTraps.ts';
import { Site } from './site.ts';
import type { Trap } from './trap.ts';

const TRAPS: readonly Trap[] = [
  ...HOOK_TRAPS,
  ...FSMONITOR_TRAPS,
  ...HOOKS_PATH_TRAPS,
  ...DIFF_TRAPS,
  ...FILTER_TRAPS,
  ...SIGNATURE_TRAPS,
  ...OTHER_TRAPS,
  ...LAZY_FETCH_TRAPS,
  ...INCLUDED_TRAPS,
  ...INCLUDE_IF_TRAPS,
  ...SUBMODULE_TRAPS,
];

export interface Controls {
  readonly proven: string[];
  /** Traps that stayed silent although git itself triggered them. */
  readonly mute: string[];
}

/** `root` holds a folder per trap. `only`: selects traps by name. */
export async function prove(root: string, only: (trap: string) => boolean = () => true): Promise<Controls> {
  const proven: string[] = [];
  const mute: string[] = [];
  const note = (name: string, fired: boolean): void => void (fired ? proven : mute).push(name);
  for (const [at, trap] of TRAPS.entries()) {
    if (!only(trap.name)) continue;
    const site = new Site(join(root, `control${at}`));
    const repository = site.repository().honest();
    const { commands, input, label = trap.name, env = {} } = trap.lay(site, repository);
    // Laid, but for a command that the product has no reason to call and this machine may lack.
    if (commands.length === 0) continue;
    site.fired();
    for (const args of commands)
      spawnSync('git', args, {
        cwd: repository.root,
        env: { ...site.environment('http://127.0.0.1:1'), TERM: 'xterm', ...env },
        input: input ?? '',
        timeout: 20_000,
      });
    note(
      trap.name,
      site.fired().some((one) => one.label.startsWith(label)),
    );
  }
  await proveSenses(join(root, 'senses'), note);
  return { proven, mute };
}

/** The other detectors: a program in the root, the network, a file that is read, and one that is changed. */
async function proveSenses(root: string, note: (name: string, fired: boolean) => void): Promise<void> {
  const site = new Site(root);
  const repository = site.repository();
  site.plant(repository.path('rooted'), 'a program in the root');
  spawnSync('rooted', [], { cwd: repository.root, env: site.environment('', { PATH: ':/usr/bin:/bin' }) });
  note('a program in the root', site.fired().length === 1);

  await using listener = await Listener.start();
  const socket = connect(listener.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('hello\n');
  await once(socket, 'close');
  note('the network', listener.calls().length === 1);

  arm(site.outside);
  readFileSync(join(site.outside, 'notes.ts'));
  note('a file that is read', readSince(site.outside).length === 1);

  const before = snapshot(site.outside, true);
  site.write(join(site.outside, 'notes.ts'), 'another text');
  note('a file that is changed', changes(before, snapshot(site.outside, true)).length === 1);
}
