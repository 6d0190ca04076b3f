/**
 * Keeps the adapters of a window's folders up: checks from time to time whether there is enough to learn and nobody needs the machine, and
 * then starts a run, one at a time on this machine. A key in any window holds the run at once.
 */
import { messageOf } from '../common/messageOf.ts';
import type { KeepTunedState, TuneAnswer } from '../protocol/index.ts';
import type { Warmth } from '../system/warmth.ts';
import {
  BUSY,
  failed,
  IDLE_MS,
  isWithin,
  type LastAttempt,
  type MachineFacts,
  machineObjection,
  newsOf,
  type Objection,
  TYPING,
  tooWarm,
} from './conditions.ts';
import { type FolderParts, type Learnable, LearnableFolders } from './learnable.ts';
import { type KeptEnd, type Tried, whatRemains } from './runEnd.ts';
import { Typing } from './typing.ts';

export interface KeepTunedParts extends FolderParts {
  /** The user's setting. */
  isOn(): boolean;
  machine(): Promise<Omit<MachineFacts, 'nowMs' | 'lastKeyMs'>>;
  warm(): Promise<Warmth | null>;
  /** Whether any run is under way, whoever started it. */
  isBusy(): boolean;
  readonly keys: {
    pressed(): void;
    /** In a window where it is off. */
    pressedBeside(): void;
    forget(): void;
    lastMs(): Promise<number>;
    watch(onKey: () => void): void;
    unwatch(): void;
  };
  /** Takes the machine-wide turn; null if another window has it. Returns a function that gives it back. */
  takeTurn(): Promise<(() => Promise<void>) | null>;
  start(folder: string, learnsEdits: boolean): TuneAnswer;
  /** Holds or resumes unrequested runs. */
  setTyping(typing: boolean): void;
  endRuns(): Promise<void>;
  onState(state: KeepTunedState): void;
  /** Calls back after `ms`, without keeping the process alive; returns a function that cancels it. */
  later(ms: number, run: () => void): () => void;
}

interface Run {
  readonly runId: string;
  readonly folder: string;
  readonly attempt: LastAttempt;
  /** What had been tried before. */
  readonly since: Tried;
  release(): Promise<void>;
}

export class KeepTuned {
  readonly #parts: KeepTunedParts;
  readonly #typing: Typing;
  readonly #folders: LearnableFolders;
  #isWarm = false;
  #run: Run | null = null;
  #looking = false;
  /** What the check under way looks at has changed: another one follows. */
  #isStale = false;
  #disposed = false;
  /** Incremented to invalidate what an ongoing check has found. */
  #round = 0;
  #logged = '';
  #shown: KeepTunedState = { on: false, running: false, text: '' };

  constructor(parts: KeepTunedParts) {
    const { nowMs, keys, later } = parts;
    this.#parts = parts;
    this.#folders = new LearnableFolders(parts);
    this.#typing = new Typing({ nowMs, lastMs: () => keys.lastMs(), later, onChanged: () => this.#holdAsIs() });
  }

  get isRunning(): boolean {
    return this.#run !== null;
  }

  /** A key in a document of this window. */
  key(): void {
    const { isOn, keys } = this.#parts;
    this.#typing.key();
    if (!isOn()) {
      keys.pressedBeside();
      return;
    }
    keys.pressed();
    this.#typing.heard();
  }

  /** Called from time to time. Never rejects. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    do {
      this.#isStale = false;
      await this.#look().catch((error: unknown) => this.#say(failed(error)));
    } while (this.#isStale && !this.#disposed);
    this.#looking = false;
  }

  /** The window has other folders: what was said of the former ones holds no longer. */
  async foldersChanged(): Promise<void> {
    this.#lookAgain();
    await this.look();
  }

  /** The setting changed, or learning was paused or resumed. */
  async changed(goesOn: boolean): Promise<void> {
    this.#round++;
    const { isOn, keys, endRuns } = this.#parts;
    // Where it is off, keys are only recorded once this is there.
    if (!isOn()) keys.forget();
    else if (goesOn) keys.pressed();
    if (!goesOn) await endRuns();
    this.#lookAgain();
    await this.look();
  }

  /** An unrequested run has ended. */
  async ended(runId: string, end: KeptEnd): Promise<void> {
    const run = this.#run;
    if (run === null || run.runId !== runId) return;
    this.#run = null;
    this.#parts.keys.unwatch();
    await this.#rememberEnd(run, end);
    // Not earlier: another window would start the same run again.
    await run.release();
    this.#logged = '';
    this.#lookAgain();
    await this.look();
  }

  /** Ends the run it started, which nobody could hold any more. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#round++;
    this.#typing.dispose();
    this.#parts.keys.unwatch();
    const run = this.#run;
    this.#run = null;
    if (run === null) return;
    await this.#parts.endRuns();
    await run.release();
  }

  async #rememberEnd(run: Run, end: KeptEnd): Promise<void> {
    const { log, attempt } = whatRemains(end, run, this.#parts.nowMs(), this.#typing.on);
    this.#parts.log(`Keep tuned: ${log}`);
    if (attempt !== null) await this.#folders.remember(run.folder, attempt);
  }

  #holdAsIs(): void {
    this.#parts.setTyping(this.#typing.on || this.#isWarm);
  }

  #lookAgain(): void {
    this.#isStale = true;
    this.#folders.changed();
  }

  async #look(): Promise<void> {
    const { isOn, isBusy, folders } = this.#parts;
    const round = this.#round;
    if (!isOn() || folders() === null) return this.#say(null);
    if (this.#run !== null) return await this.#watchRun();
    if (isBusy()) return this.#say(BUSY);
    const standing = await this.#folders.standing();
    if (standing !== null) return this.#say(standing);
    const objection = await this.#ofMachine();
    if (objection === null) return await this.#lookIntoFolders(round);
    // Waiting for the machine is not the reason while there is nothing to learn.
    this.#say((await this.#folders.lacking()) ?? objection);
  }

  async #ofMachine(): Promise<Objection | null> {
    const { nowMs, machine } = this.#parts;
    if (isWithin(IDLE_MS, this.#typing.lastKeyMs, nowMs())) return TYPING;
    const lastKeyMs = await this.#typing.lastKeyAnywhere();
    if (isWithin(IDLE_MS, lastKeyMs, nowMs())) return TYPING;
    return machineObjection({ ...(await machine()), nowMs: nowMs(), lastKeyMs });
  }

  async #watchRun(): Promise<void> {
    const warm = await this.#parts.warm();
    this.#isWarm = warm !== null;
    this.#holdAsIs();
    if (warm !== null) this.#say(tooWarm(warm));
    else this.#say({ kind: 'running', text: 'is tuning the active adapter further now, and pauses while you type' });
  }

  /** Starts a run in the first folder that has enough to learn. */
  async #lookIntoFolders(round: number): Promise<void> {
    const found = await this.#folders.first();
    if (found !== null && 'folder' in found) return await this.#begin(found, round);
    this.#say(found);
  }

  async #begin(found: Learnable, round: number): Promise<void> {
    const { folder, facts, last } = found;
    const release = await this.#parts.takeTurn();
    if (release === null)
      return this.#say({ kind: 'turn', text: 'waits for another window, which is tuning its own adapter further' });
    try {
      // Another window had the turn in the meantime: this check is older than its attempt.
      const isOld = (await this.#folders.lastAttempt(folder))?.atMs !== last?.atMs;
      if (!isOld) this.#run = await this.#started(found, round, release);
    } finally {
      if (this.#run === null) await release();
    }
    if (this.#run === null) return;
    this.#parts.keys.watch(() => this.#typing.heard());
    this.#parts.log(
      `Keep tuned: continues from the active adapter of ${folder} (${newsOf(facts.commits, facts.edits)}).`,
    );
    await this.#watchRun();
  }

  async #started(
    { folder, facts: { commit, version, learnsEdits, editsUntilMs, since }, last }: Learnable,
    round: number,
    release: Run['release'],
  ): Promise<Run | null> {
    const { nowMs, isBusy, log } = this.#parts;
    // Checking took time: somebody may be back, have closed the window, paused learning or started a run.
    const isThere = this.#typing.on || isWithin(IDLE_MS, this.#typing.lastKeyMs, nowMs());
    if (isThere) this.#say(TYPING);
    if (isThere || round !== this.#round || isBusy() || !this.#parts.isOn()) return null;
    const attempt: LastAttempt = {
      atMs: nowMs(),
      commit,
      version,
      failures: last?.failures ?? 0,
      editsUntilMs: Math.max(last?.editsUntilMs ?? 0, learnsEdits ? editsUntilMs : 0),
    };
    const answer = this.#start(folder, learnsEdits);
    if (answer.kind === 'started') return { runId: answer.runId, folder, attempt, since, release };
    log(`Keep tuned: the run could not be started. ${answer.message}`);
    await this.#folders.remember(folder, { ...attempt, ...since, failures: attempt.failures + 1 });
    return null;
  }

  /** A process for which there is no memory counts as a refusal: the turn has to be given back. */
  #start(folder: string, learnsEdits: boolean): TuneAnswer {
    try {
      return this.#parts.start(folder, learnsEdits);
    } catch (error) {
      return { kind: 'refused', message: messageOf(error) };
    }
  }

  /** Logs each kind once. null: it is off, or there is nothing to say yet. */
  #say(objection: Objection | null): void {
    const { log, onState, isOn } = this.#parts;
    if (objection !== null && objection.kind !== this.#logged && objection.kind !== 'running')
      log(`Keep tuned: ${objection.text}.`);
    this.#logged = objection?.kind ?? '';
    const state: KeepTunedState = { on: isOn(), running: this.#run !== null, text: objection?.text ?? '' };
    if (JSON.stringify(state) === JSON.stringify(this.#shown)) return;
    this.#shown = state;
    onState(state);
  }
}
