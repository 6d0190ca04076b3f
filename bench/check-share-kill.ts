// npm run check:share-kill: `--help` says what it does.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AdapterStore } from '../server/adapters/store.ts';
import { report } from '../server/common/bars.ts';
import { LARGE_SPEC, type Person, Team } from '../server/sharing/testing.ts';
import { commandLine, wholeNumber } from './commandLine.ts';
import { type Kill, shareKillBars } from './shareKill/bars.ts';

const ACTIONS = ['publish', 'pull', 'prune'] as const;
type Action = (typeof ACTIONS)[number];
const ID = 'a-version';
const STEP = fileURLToPath(new URL('shareKill/step.ts', import.meta.url));

const USAGE = `usage: npm run check:share-kill -- [--kills N] [--json]

kill -9 at moments spread over the whole of a publish, a pull and a prune: the process alone, or it and its git. Afterwards both stores
must be whole, what is listed must be usable, and the same step must go through.

options:
  --kills N   of each step (20)
  --json      end with one line of JSON`;

const { values } = commandLine(USAGE, { kills: { type: 'string', default: '20' } });
const kills = wholeNumber('--kills', values.kills);

class Scene implements Disposable {
  readonly team = new Team();
  readonly ann: Person = this.team.person('ann');
  readonly bob: Person = this.team.person('bob');

  /** Sets up the scene for `action`. */
  async before(action: Action): Promise<void> {
    await this.ann.tuned(ID, LARGE_SPEC);
    if (action !== 'publish') await (await this.ann.share()).publish(ID);
  }

  start(action: Action): ChildProcess {
    const { folder } = action === 'pull' ? this.bob : this.ann;
    // Its own process group, so that git is killed with it.
    return fork(STEP, [action, folder, this.team.basePath, ID], { detached: true, stdio: 'ignore' });
  }

  /** What is wrong now, '' for nothing. */
  async damage(action: Action): Promise<string> {
    for (const person of [this.ann, this.bob]) {
      const store = await AdapterStore.of(person.folder);
      const { adapters, damaged } = await store.list();
      if (damaged.length > 0) return `damaged in a store: ${damaged[0]!.problem}`;
      for (const adapter of adapters) await store.verify(adapter);
    }
    const listed = await (await this.bob.share()).list();
    if (listed.unusable.length > 0 && action !== 'prune') return `listed but unusable: ${listed.unusable[0]!.problem}`;
    return '';
  }

  /** Repeats the step to its end; returns its outcome. */
  async again(action: Action): Promise<string> {
    const child = this.start(action);
    const [code] = await once(child, 'exit');
    if (code !== 0) return `${action} fails afterwards`;
    if (action === 'prune') return this.team.refs().length === 0 ? '' : `prune left ${this.team.refs().length} refs`;
    const taken = await (await this.bob.share()).pull(ID, async () => true);
    const made = await (await AdapterStore.of(this.ann.folder)).find(ID);
    return readFileSync(taken.adapterPath).equals(readFileSync(made.adapterPath)) ? '' : 'another adapter arrived';
  }

  [Symbol.dispose](): void {
    this.team[Symbol.dispose]();
  }
}

async function killedAt(action: Action, afterMs: number, withGit: boolean): Promise<Kill> {
  using scene = new Scene();
  await scene.before(action);
  const child = scene.start(action);
  const ended = once(child, 'exit');
  await Promise.race([once(child, 'message'), ended]);
  await Promise.race([delay(afterMs), ended]);
  if (child.pid !== undefined) kill(withGit ? -child.pid : child.pid);
  const [, signal] = await ended;
  const landed = signal === 'SIGKILL';
  try {
    return { action, landed, problem: (await scene.damage(action)) || (await scene.again(action)) };
  } catch (error) {
    return { action, landed, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Kills a process, or the group of a negative id; one that has just ended by itself counts as killed. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function durationMs(action: Action): Promise<number> {
  using scene = new Scene();
  await scene.before(action);
  const child = scene.start(action);
  const ended = once(child, 'exit');
  await Promise.race([once(child, 'message'), ended]);
  const started = performance.now();
  const [code] = await ended;
  if (code !== 0) throw new Error(`${action} fails without being killed by us.`);
  return performance.now() - started;
}

const done: Kill[] = [];
for (const action of ACTIONS) {
  const wholeMs = await durationMs(action);
  if (!values.json) console.log(`${action}: ${Math.round(wholeMs)} ms, killed at ${kills} moments of it`);
  for (let i = 0; i < kills; i++) {
    const kill = await killedAt(action, (wholeMs * (i + 0.5)) / kills, i % 2 === 0);
    done.push(kill);
    if (kill.problem !== '' && !values.json)
      console.log(`  killed ${i % 2 === 0 ? 'with git' : 'alone'} at ${i + 1}/${kills}: ${kill.problem}`);
  }
}
const landed = done.filter((kill) => kill.landed).length;
if (!values.json) console.log(`${landed} of ${done.length} kills met a process that was still at work`);
report(shareKillBars(done, ACTIONS), values.json, { kills: done.length, landed });
