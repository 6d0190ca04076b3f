/** Visits one room: builds it, performs every user action in it, and records what should not have happened. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scriptPath } from '../../server/storage/paths.ts';
import { type OpenOptions, open } from './editor.ts';
import { firstCommitOf, marksIn, marksInDataset, marksInLearned } from './marks.ts';
import type { Listener } from './network.ts';
import { LEARNED_BY, type Offence, type Visit } from './offences.ts';
import { arm, changes, readSince, type Snapshot, snapshot } from './outside.ts';
import { runsInGroup, SILENT_MS, type Watched, watch } from './process.ts';
import { didItsWork, type Ended } from './proofs.ts';
import { type Room, STEPS, type Step, type Target } from './room.ts';
import { HOME_FILES, Site } from './site.ts';

const LEARNED = fileURLToPath(new URL('learned.ts', import.meta.url));

/** Where the steps write out what is learned, and how that is searched. */
const WRITTEN = [
  ['mine', 'by-file.jsonl', marksInDataset],
  ['mine-by-time', 'by-time.jsonl', marksInDataset],
  ['learned', 'learned.json', marksInLearned],
] as const;

interface Done extends Omit<Ended, 'wrote'> {
  readonly ownMs: number;
  readonly end: string;
}

export async function visit(
  room: Room,
  root: string,
  listener: Listener,
  only: readonly Step[] = STEPS,
): Promise<Visit> {
  mkdirSync(root, { recursive: true });
  const site = new Site(realpathSync(root));
  const target = await room.build(site, listener);
  try {
    return await new Visitor(room.name, site, target, listener).all(only);
  } finally {
    target.restore?.();
  }
}

class Visitor {
  readonly #room: string;
  readonly #site: Site;
  readonly #target: Target;
  readonly #listener: Listener;
  readonly #env: NodeJS.ProcessEnv;
  readonly #offenders: Visit['offenders'][number][] = [];
  readonly #mute: string[] = [];
  readonly #steps: Visit['steps'][number][] = [];
  readonly #said: string[] = [];
  #step: Step = 'open';

  constructor(room: string, site: Site, target: Target, listener: Listener) {
    this.#room = room;
    this.#site = site;
    this.#target = target;
    this.#listener = listener;
    this.#env = site.environment(`http://127.0.0.1:${listener.port}`, target.env);
  }

  async all(only: readonly Step[]): Promise<Visit> {
    const wanted = this.#target.steps ?? STEPS;
    // Building a room sets off its own traps.
    this.#site.fired();
    this.#listener.calls();
    for (const step of STEPS) if (wanted.includes(step) && only.includes(step)) await this.#take(step);
    this.#searchOutside();
    const { looked, found } = this.#searchLearned(only);
    return { room: this.#room, offenders: this.#offenders, looked, found, mute: this.#mute, steps: this.#steps };
  }

  async #take(step: Step): Promise<void> {
    this.#step = step;
    const { folder } = this.#target;
    for (const root of [this.#site.outside, this.#site.home, ...(step === 'open-untrusted' ? [folder] : [])]) arm(root);
    const before = this.#snapshots();
    // Taking the snapshot read the files too, so arm them again.
    for (const root of [this.#site.outside, this.#site.home]) arm(root);
    const done = await this.#do(step);
    const { ownMs, end } = done;
    if (this.#target.noTraps && !didItsWork(step, { ...done, wrote: this.#wroteAdmitted(step) }))
      this.#mute.push(`${step}: it did not do its work in ${this.#room}: ${end.slice(0, 200)}`);
    this.#steps.push({ step, seconds: Math.round(ownMs / 100) / 10, end: end.slice(0, 500) });
    this.#judgePrograms();
    this.#judgeCalls(step);
    this.#judgeReads(step);
    const after = this.#snapshots();
    before.forEach((was, at) => {
      for (const change of changes(was, after[at]!)) this.#offend('files-outside-changed', this.#short(change));
    });
  }

  /** The user's files, the home's pre-existing ones, and all of the repository except the store. */
  #snapshots(): Snapshot[] {
    const ofStore = (path: string): boolean => path.split('/').includes('repotune');
    const notOwn = (path: string): boolean => !HOME_FILES.some((file) => file === path || file.startsWith(`${path}/`));
    return [
      snapshot(this.#site.outside, true),
      snapshot(this.#site.home, true, notOwn),
      snapshot(join(this.#site.root, 'work'), false, ofStore),
    ];
  }

  /** A program that ran ten times counts as one problem. */
  #judgePrograms(): void {
    for (const [label, [first, ...more]] of Map.groupBy(this.#site.fired(), ({ label }) => label)) {
      const { cwd, args } = first!;
      this.#offend('programs-run', `${label} in ${this.#short(cwd)}${times(more.length + 1)}: ${args.slice(0, 120)}`);
    }
  }

  #judgeCalls(step: Step): void {
    const calls = this.#listener.calls();
    if (this.#target.network?.includes(step)) return;
    for (const [call, all] of Map.groupBy(calls, (call) => call))
      this.#offend('network-attempts', `${call}${times(all.length)}`);
  }

  #judgeReads(step: Step): void {
    const { folder, mayRead = [] } = this.#target;
    const inHome = HOME_FILES.map((file) => join(this.#site.home, file));
    const read = [
      ...readSince(this.#site.outside),
      ...readSince(this.#site.home).filter((path) => inHome.includes(path)),
    ];
    // A step that may use the network lets git look up a password for it.
    const asked = this.#target.network?.includes(step) ? [join('home', '.netrc')] : [];
    for (const path of read)
      if (!asked.includes(relative(this.#site.root, path)) && !mayRead.includes(relative(this.#site.root, path)))
        this.#offend('files-outside-read', this.#short(path));
    const touched = step === 'open-untrusted' ? readSince(folder) : [];
    if (touched.length > 0)
      this.#offend('untrusted-folders-touched', `${touched.length} files read, ${this.#short(touched[0]!)} among them`);
  }

  async #do(step: Step): Promise<Done> {
    const { folder, share = [], wanted = 'a-version' } = this.#target;
    switch (step) {
      case 'open-untrusted':
      case 'open':
        return await this.#open(step === 'open');
      case 'mine':
        return await this.#cli('mine', folder, '--context', '2000', '--out', this.#out('by-file.jsonl'), '--json');
      case 'mine-by-time':
        return await this.#cli('mine', folder, '--split', 'time', '--out', this.#out('by-time.jsonl'), '--json');
      case 'tune':
        return await this.#tune();
      case 'learned':
        return this.#ended(await this.#watch([LEARNED, folder, this.#out('learned.json')]), false);
      case 'complete':
        return await this.#cli('complete', this.#place(), '--invoked', '--json');
      case 'list':
        return await this.#cli('share', 'list', '--folder', folder, ...share);
      case 'pull':
        return await this.#cli('share', 'pull', wanted, '--folder', folder, '--yes', '--trust-author', ...share);
    }
  }

  async #open(trusted: boolean): Promise<Done> {
    const { folder, settings, folderSettings, document, planted = [] } = this.#target;
    const options: OpenOptions = {
      folder,
      env: this.#env,
      trusted,
      settings: { completions: { crossFile: true }, ...settings },
      ...(folderSettings === undefined ? {} : { folderSettings }),
      ...(document === undefined ? {} : { document }),
    };
    const { waits, transcript, serving, ownMs, killed } = await open(options);
    this.#said.push(transcript);
    for (const [request, ms] of killed === '' ? waits : [])
      if (ms > SILENT_MS) this.#offend('hangs-over-10s', `${request} took ${(ms / 1000).toFixed(0)} s`);
    if (killed !== '') this.#offend('hangs-over-10s', killed);
    for (const id of serving) if (planted.includes(id)) this.#offend('planted-adapters-served', id);
    return {
      ...{ ownMs, killed, said: transcript, enough: false },
      // Else it was killed, or died, which is the same here.
      exit: killed === '' ? 0 : null,
      end: killed || [...waits].map(([request, ms]) => `${request} ${Math.round(ms)} ms`).join(', '),
    };
  }

  /** Training itself is not examined: once the engine's process starts, mining has ended, and so the run is ended. */
  async #tune(): Promise<Done> {
    const { folder } = this.#target;
    const watched = await this.#watch([scriptPath('cli'), 'tune', folder, '--minutes', '0.05', '--json'], (group) =>
      runsInGroup(group, scriptPath('engine')),
    );
    return this.#ended(watched, true);
  }

  async #cli(...args: readonly string[]): Promise<Done> {
    return this.#ended(await this.#watch([scriptPath('cli'), ...args]), true);
  }

  async #watch(args: readonly string[], enough?: (group: number) => boolean): Promise<Watched> {
    const { folder } = this.#target;
    const options = { args, cwd: folder, env: this.#env };
    return await watch(enough === undefined ? options : { ...options, enough });
  }

  #ended({ exit, stdout, stderr, silentMs, ownMs, killed, enough }: Watched, judged: boolean): Done {
    this.#said.push(stdout, stderr);
    if (judged && (silentMs > SILENT_MS || killed !== ''))
      this.#offend('hangs-over-10s', killed || `silent for ${(silentMs / 1000).toFixed(0)} s`);
    const last = (stderr.trim().split('\n').at(-1) || stdout.slice(0, 200)).trim();
    const end = `${killed || `exit ${exit}`}: ${last}`;
    return { exit, killed, enough, said: `${stdout}\n${stderr}`, ownMs, end };
  }

  #place(): string {
    const { place, folder } = this.#target;
    return place ?? `${join(folder, 'src', 'part0.ts')}:3:5`;
  }

  #out(name: string): string {
    return join(this.#site.learned, name);
  }

  /** Searches for texts of the user's other files in anything the product said, wrote or would learn. */
  #searchOutside(): void {
    const marks = this.#site.outsideMarks;
    const { data, learned, temporary, home, root } = this.#site;
    for (const mark of marks.keys())
      if (this.#said.some((text) => text.includes(mark))) this.#offendIn('said', mark, marks.get(mark)!);
    for (const folder of [data, learned, temporary, home, join(root, 'work')])
      for (const [mark, file] of marksIn(folder, [...marks.keys()], (path) => folder === home && isOwn(path)))
        this.#offendIn(this.#short(file), mark, marks.get(mark)!);
  }

  #offendIn(where: string, mark: string, path: string): void {
    this.#offenders.push({
      offence: 'files-outside-read',
      room: this.#room,
      step: where,
      what: `the text of ${path} (${mark})`,
    });
  }

  #searchLearned(only: readonly Step[]): { looked: number; found: number } {
    const { leftOut = [], taken = [] } = this.#target;
    const { firstCommit } = this.#target;
    if (firstCommit !== undefined && existsSync(this.#out('by-file.jsonl'))) {
      const is = firstCommitOf(this.#out('by-file.jsonl'));
      const what = `what is held out goes by the first commit "${is}" and not by ${firstCommit}`;
      if (is !== firstCommit)
        this.#offenders.push({ offence: 'left-out-texts-learned', room: this.#room, step: 'mine', what });
    }
    const found = new Set<string>();
    // If a step left nothing to search, its admitted texts count as not found.
    const done = (step: Step): boolean => only.includes(step) && (this.#target.steps ?? STEPS).includes(step);
    const looked = LEARNED_BY.some(done) ? taken.length : 0;
    for (const [step, name, search] of WRITTEN) {
      if (!only.includes(step) || !existsSync(this.#out(name))) continue;
      const seen = search(this.#out(name), [...leftOut.map(({ mark }) => mark), ...taken]);
      for (const mark of taken) if (seen.has(mark)) found.add(mark);
      for (const { mark, why } of leftOut) {
        const where = seen.get(mark);
        if (where === undefined) continue;
        this.#offenders.push({
          offence: 'left-out-texts-learned',
          room: this.#room,
          step,
          what: `${why} (${mark}): ${where}`,
        });
      }
    }
    return { looked, found: found.size };
  }

  #wroteAdmitted(step: Step): boolean {
    return WRITTEN.some(
      ([by, name, search]) =>
        by === step && existsSync(this.#out(name)) && search(this.#out(name), this.#target.taken ?? []).size > 0,
    );
  }

  #offend(offence: Offence, what: string): void {
    this.#offenders.push({ offence, room: this.#room, step: this.#step, what });
  }

  #short(text: string): string {
    return text.replaceAll(`${this.#site.root}/`, '');
  }
}

function isOwn(path: string): boolean {
  return HOME_FILES.some((file) => file === path);
}

function times(count: number): string {
  return count === 1 ? '' : `, ${count} times`;
}
