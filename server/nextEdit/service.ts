/**
 * Next edits for one client: which requests run, and which edits are shown. Only the newest request runs. An edit still proposed, or typed
 * along, comes first; otherwise what follows from the recent changes is looked for once typing pauses.
 */
import { messageOf } from '../common/messageOf.ts';
import type { Debounce } from '../completion/debounce.ts';
import type { LineChange } from '../edits/change.ts';
import { ClosedTexts } from '../edits/closedTexts.ts';
import type { LineEdit } from '../edits/lineEdit.ts';
import { syntaxFor } from '../languages/syntax.ts';
import type { NextEditJump } from '../protocol/index.ts';
import { JumpList, type JumpListDependencies } from './jumpList.ts';
import { MOST_JUMPS, seenOutside } from './jumps.ts';
import { Offers } from './offers.ts';
import { type NextEditCounters, type NextEditOffer, type NextEditRequest, NOTHING } from './question.ts';
import { RecentByFolder } from './recentByFolder.ts';
import { RefusedEdits } from './refused.ts';
import { textEditOf } from './textEdit.ts';
import { ThrownAway, type ThrownAwayDependencies } from './thrownAway.ts';
import { type Following, WhatFollows, type WhatFollowsDependencies } from './whatFollows.ts';

export interface NextEditDependencies extends WhatFollowsDependencies, JumpListDependencies, ThrownAwayDependencies {
  readonly debounce: Debounce;
  /** Why nothing is suggested in a document; null if something is. */
  disabled(uri: string, languageId: string): string | null;
  /** When git last replaced files in a folder, e.g. by a checkout or a pull, by the same clock; long ago if never. */
  movedAtMs(folder: string): Promise<number>;
  onBattery(): boolean;
  log(line: string): void;
  onError(error: unknown): void;
}

/** After a key: an edit settles, and a completion goes first. */
const PAUSE_MS = 250;
const NAMED_MS = 600;
const BATTERY_PATIENCE = 4;
/** Git's time is in seconds, and an editor reads the files a little later. */
const MOVE_MARGIN_MS = 5000;

export class NextEdits {
  readonly counters: NextEditCounters = { asked: 0, shown: 0, accepted: 0, refused: 0 };
  readonly #dependencies: NextEditDependencies;
  readonly #recent: RecentByFolder;
  readonly #closed = new ClosedTexts();
  readonly #thrownAway: ThrownAway;
  readonly #refused = new RefusedEdits();
  readonly #whatFollows: WhatFollows;
  readonly #jumpList: JumpList;
  readonly #offers = new Offers();
  readonly #told = new Set<string>();
  #failure: string | null = null;
  #newest: { readonly uri: string; abort(): void } | null = null;

  constructor(dependencies: NextEditDependencies) {
    this.#dependencies = dependencies;
    this.#recent = new RecentByFolder(dependencies);
    this.#thrownAway = new ThrownAway(dependencies, (uri) => {
      this.#recent.inFolderOf(uri).forget(uri);
      this.#offers.drop();
    });
    this.#whatFollows = new WhatFollows(dependencies, this.#recent, this.#refused);
    this.#jumpList = new JumpList(dependencies);
  }

  opened(uri: string, text: string): void {
    this.#jumpList.opened(uri);
    if (this.#closed.isOther(uri, text)) this.#recent.inFolderOf(uri).forget(uri);
  }

  closed(uri: string, text: string): void {
    this.#jumpList.closed(uri);
    this.#closed.closed(uri, text);
    this.#thrownAway.closed(uri, text);
    this.#answerless(uri);
  }

  /** Called before every change of a document, with every key: must be fast. `together`: one of several made at once. */
  changing(uri: string, change: () => LineEdit, together = false): void {
    const { nextEdit, completions } = this.#dependencies.settings();
    if (!nextEdit.enabled || !completions.enabled) {
      // Earlier changes can no longer be located.
      this.#recent.inFolderOf(uri).forget(uri);
      return;
    }
    this.#answerless(uri);
    this.#offers.dropOutside(uri);
    const edit = change();
    const path = this.#recent.pathOf(uri);
    const recent = this.#recent.inFolderOf(uri);
    const accepted = this.#offers.isOne(uri, path, edit);
    if (accepted) recent.settle(uri);
    const undone = recent.edited(uri, path, edit, together);
    if (accepted) recent.settle(uri);
    if (undone !== null) this.#refused.add(undone);
    this.#whatFollows.edited();
  }

  async ask(request: NextEditRequest, signal: AbortSignal): Promise<NextEditOffer> {
    this.counters.asked++;
    this.#newest?.abort();
    const controller = new AbortController();
    const mine = { uri: request.uri, abort: () => controller.abort() };
    this.#newest = mine;
    const either = AbortSignal.any([signal, controller.signal]);
    try {
      const reason = this.#disabled(request);
      if (reason !== null) return this.#silent(request, reason, true);
      if (this.#offers.stands) await this.#forgetGone(request.uri);
      if (either.aborted || this.#isOld(request)) return NOTHING;
      const standing = this.#offers.standing(request.uri, request.text);
      if (standing !== null && !this.#refused.has(standing.change)) {
        return { edit: standing, jumps: [] };
      }
      await this.#pause(request, either, PAUSE_MS);
      if (either.aborted || this.#isOld(request)) return NOTHING;
      const offer = await this.#answer(request, either);
      if (!either.aborted) this.#failure = null;
      return offer;
    } catch (error) {
      if (!either.aborted) this.#failed(error);
      return NOTHING;
    } finally {
      if (this.#newest === mine) this.#newest = null;
    }
  }

  shown(id: string): void {
    if (this.#offers.find(id) !== null) this.counters.shown++;
  }

  accepted(id: string): void {
    const offered = this.#offers.find(id);
    if (offered === null) return;
    this.counters.accepted++;
    this.#recent.inFolderOf(offered.uri).settle(offered.uri);
    this.#dependencies.log(`next edit accepted in ${offered.change.path}, line ${offered.change.line + 1}`);
  }

  /** The rest stays proposed while the person types along it. */
  partlyAccepted(id: string): void {
    const offered = this.#offers.find(id);
    if (offered !== null) this.#dependencies.log(`next edit accepted in part in ${offered.change.path}`);
  }

  rejected(id: string): void {
    const offered = this.#offers.find(id);
    if (offered === null) return;
    this.counters.refused++;
    this.#refused.add(offered.change);
    this.#offers.drop();
    this.#dependencies.log(`next edit refused in ${offered.change.path}, line ${offered.change.line + 1}`);
  }

  /** The serving weights changed: drops what the old ones wrote. */
  forget(): void {
    this.cancel();
    this.#whatFollows.forget();
    this.#offers.drop();
  }

  cancel(): void {
    this.#newest?.abort();
  }

  /** A pending request about this document is obsolete: stop computing its answer. */
  #answerless(uri: string): void {
    if (this.#newest?.uri === uri) this.cancel();
  }

  /** A lasting failure, e.g. a missing model, is reported once and not with every pause in typing. */
  #failed(error: unknown): void {
    const failure = messageOf(error);
    if (failure !== this.#failure) this.#dependencies.onError(error);
    this.#failure = failure;
  }

  /** A changed text will be asked about again. */
  #isOld({ uri, text }: NextEditRequest): boolean {
    return this.#dependencies.documentText(uri) !== text;
  }

  /** Waits until so long after the last key. */
  async #pause({ invoked }: NextEditRequest, signal: AbortSignal, leastMs: number): Promise<void> {
    if (invoked) return;
    const { debounce, nowMs, wait, onBattery } = this.#dependencies;
    await wait(debounce.waitMs(nowMs(), leastMs * (onBattery() ? BATTERY_PATIENCE : 1)), signal);
  }

  async #answer(request: NextEditRequest, signal: AbortSignal): Promise<NextEditOffer> {
    const { uri } = request;
    const syntax = await syntaxFor(request.languageId);
    await this.#forgetGone(uri);
    if (signal.aborted || this.#isOld(request)) return NOTHING;
    const found = await this.#whatFollows.find(request, syntax, signal);
    if (found.kind === 'edit') return await this.#offer(request, found, signal);
    const { why, listed } = found;
    if (why !== null) this.#silent(request, why.reason, why.once);
    if (signal.aborted || listed === null) return NOTHING;
    return { edit: null, jumps: await this.#jumps(request, listed, signal) };
  }

  /** What no longer is a change, with the edit that followed from it. */
  async #forgetGone(uri: string): Promise<void> {
    await Promise.all([this.#forgetMoved(uri), this.#thrownAway.looked()]);
  }

  /** Changes by a branch switch are not the person's, and those made on the previous branch say nothing about this one. */
  async #forgetMoved(uri: string): Promise<void> {
    const { place, isOpened, movedAtMs } = this.#dependencies;
    const { folder } = place(uri);
    if (folder === null || !isOpened(folder)) return;
    const untilMs = (await movedAtMs(folder)) + MOVE_MARGIN_MS;
    if (this.#recent.inFolderOf(uri).forgetUntil(untilMs)) this.#offers.drop();
  }

  /** Places in other files; files that are not open are searched only once a name is complete. */
  async #jumps(request: NextEditRequest, change: LineChange, signal: AbortSignal): Promise<NextEditJump[]> {
    const { uri, diagnostics } = request;
    const open = this.#jumpList.open(uri, change, diagnostics);
    if (open.length >= MOST_JUMPS || seenOutside(change) === null) return open;
    await this.#pause(request, signal, NAMED_MS);
    if (signal.aborted || this.#isOld(request)) return [];
    return await this.#jumpList.withFiles(open, uri, change, signal);
  }

  /** Waits with one found at once: while somebody types a name letter by letter, not every prefix of it should be followed. */
  async #offer(
    request: NextEditRequest,
    { change, said, isInstant }: Extract<Following, { kind: 'edit' }>,
    signal: AbortSignal,
  ): Promise<NextEditOffer> {
    if (isInstant) {
      await this.#pause(request, signal, NAMED_MS);
      if (signal.aborted || this.#isOld(request)) return NOTHING;
    }
    const { uri, text } = request;
    const edit = textEditOf(text, change);
    const id = this.#offers.add({ uri, change }, text, edit);
    this.#dependencies.log(`next edit offered in ${change.path}, line ${change.line + 1}: ${said}`);
    return { edit: { ...edit, id }, jumps: [] };
  }

  #disabled({ uri, languageId }: NextEditRequest): string | null {
    const { settings, disabled } = this.#dependencies;
    return settings().nextEdit.enabled ? disabled(uri, languageId) : 'next edits are off';
  }

  /** `once`: the reason holds for every request. */
  #silent({ uri }: NextEditRequest, reason: string, once = false): NextEditOffer {
    if (once && this.#told.has(reason)) return NOTHING;
    if (once) this.#told.add(reason);
    this.#dependencies.log(`no next edit in ${uri}: ${reason}`);
    return NOTHING;
  }
}
