/** Turns offers and edits into counts. */

import type { UseObservation } from '../../liveComparison/guard.ts';
import type { ArmTag } from '../../liveComparison/observer.ts';
import { STANDING_WEIGHTS } from '../../liveComparison/standing.ts';
import type { VersionTag } from '../../liveComparison/useObserver.ts';
import { latencyOf } from '../../protocol/latencies.ts';
import type { Observation } from '../../protocol/liveComparison.ts';
import type { DayCounts } from '../../protocol/statistics.ts';
import { afterEdit, deletesReplaced, type Expectation, type Followed, followed } from './firstLines.ts';
import type { Outcome } from './lean.ts';
import { type Edit, TrackedText } from './survival.ts';

export interface Offered {
  readonly id: string;
  readonly uri: string;
  readonly offset: number;
  readonly text: string;
  /** Others that may be accepted instead: an explicit request gets several to choose from. */
  readonly alternatives?: readonly string[];
  readonly replaceAfter: number;
  /** The part of a word before `offset` that the client's edit writes again; absent: none. */
  readonly begun?: string;
  /** Units at its end that close what it opens, after the cursor. */
  readonly caretBack?: number;
  /** From the request to the answer. */
  readonly latencyMs: number;
  /** null for an explicit request: it is shown however unlikely. */
  readonly expectation: Expectation | null;
}

/** An offer, and which arm and version made it. */
interface Open extends Offered {
  /** When, since the epoch; null if neither it nor its outcome is counted. */
  readonly atMs: number | null;
  readonly arm: ArmTag | null;
  readonly version: VersionTag | null;
}

export interface RecorderDependencies {
  /** Whether the person wants statistics. Comparisons and guards do without. */
  isOn(): boolean;
  /** Since the epoch. */
  nowMs(): number;
  /** `ofMs`: when the counted suggestion was offered. */
  add(counts: Partial<DayCounts>, ofMs: number): void;
  came(outcome: Outcome, ofMs: number): void;
  documentText(uri: string): string | undefined;
  /** The arm of a live comparison that answers in this document; null outside of one. */
  armOf(uri: string): ArmTag | null;
  observe(arm: ArmTag, observation: Observation): void;
  /** The version that answers in this document; null for the base. */
  versionOf(uri: string): VersionTag | null;
  used(version: VersionTag, observation: UseObservation): void;
  /** What remains of an accepted suggestion of this version, edited or not, and its weight as training data, 0 to 1. */
  stands(version: VersionTag, text: string, weight: number): void;
  /** Calls `check` after `ms`; returns a function that cancels it. */
  later(ms: number, check: () => void): () => void;
}

/** The edit of an item that replaces its whole word, as if it began at the cursor like any other. */
function withoutBegun(edit: Edit, offer: Offered | undefined): Edit {
  const { begun = '', offset = 0 } = offer ?? {};
  const { length } = begun;
  if (length === 0 || edit.offset !== offset - length || edit.length < length || !edit.text.startsWith(begun))
    return edit;
  return { offset, length: edit.length - length, text: edit.text.slice(length) };
}

const CHECKS = [
  { afterMs: 30_000, kept: 'kept30s', checked: 'checked30s' },
  { afterMs: 300_000, kept: 'kept5min', checked: 'checked5min' },
] as const;

/** One key types one character; an edit that inserts more of a suggestion took a word or a line of it. */
const LEAST_PARTIAL = 2;

export class Recorder {
  readonly #dependencies: RecorderDependencies;
  /** The newest offer per document: an editor shows one. */
  readonly #open = new Map<string, Open>();
  readonly #firstLines = new Map<string, Followed>();
  readonly #tracked = new Map<string, Set<TrackedText>>();
  readonly #pending = new Set<() => void>();

  constructor(dependencies: RecorderDependencies) {
    this.#dependencies = dependencies;
  }

  offered(offer: Offered): void {
    const arm = this.#dependencies.armOf(offer.uri);
    const version = this.#dependencies.versionOf(offer.uri);
    const nowMs = this.#dependencies.nowMs();
    const atMs = this.#dependencies.isOn() ? nowMs : null;
    const expectation = atMs === null ? null : offer.expectation;
    this.#open.set(offer.uri, { ...offer, atMs, arm, version });
    this.#follow(offer.uri, followed(this.#firstLines.get(offer.uri) ?? null, { ...offer, atMs: nowMs }, expectation));
    if (arm !== null) this.#dependencies.observe(arm, { kind: 'offered' });
    if (version !== null) this.#dependencies.used(version, { kind: 'suggested' });
    const latencies = latencyOf(offer.latencyMs);
    this.#count(atMs, { offered: 1, offeredCharacters: offer.text.length, latencies });
  }

  cpuTime(ms: number): void {
    this.#count(this.#dependencies.nowMs(), { cpuMs: ms });
  }

  /** The editor reports an acceptance. The edit itself may come before or after; it is counted once. */
  accepted(id: string): void {
    for (const offer of this.#open.values()) if (offer.id === id) this.#take(offer);
  }

  edited(uri: string, whole: Edit): void {
    for (const text of this.#tracked.get(uri) ?? []) text.apply(whole);
    const offer = this.#open.get(uri);
    const edit = withoutBegun(whole, offer);
    this.#lookAtFirstLine(uri, edit);
    if (offer === undefined) return;
    if (deletesReplaced(offer, edit)) {
      this.#open.set(uri, { ...offer, replaceAfter: 0 });
      return;
    }
    if (edit.offset !== offer.offset || edit.length > offer.replaceAfter || edit.text === '') {
      // Something before it changed: the offer has moved, or is gone.
      this.#open.delete(uri);
      return;
    }
    if (edit.text === offer.text) {
      this.#take(offer);
    } else if (offer.alternatives?.includes(edit.text)) {
      this.#take({ ...offer, text: edit.text });
    } else if (offer.text.startsWith(edit.text)) {
      const { length } = edit.text;
      if (length >= LEAST_PARTIAL) this.#count(offer.atMs, { partlyAccepted: 1, partlyAcceptedCharacters: length });
      this.#open.set(uri, { ...offer, offset: offer.offset + length, text: offer.text.slice(length) });
    } else {
      this.#open.delete(uri);
    }
  }

  closed(uri: string): void {
    this.#open.delete(uri);
    this.#firstLines.delete(uri);
    this.#tracked.delete(uri);
  }

  dispose(): void {
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
  }

  #count(ofMs: number | null, counts: Partial<DayCounts>): void {
    if (ofMs !== null && this.#dependencies.isOn()) this.#dependencies.add(counts, ofMs);
  }

  #follow(uri: string, line: Followed | null): void {
    if (line === null) this.#firstLines.delete(uri);
    else this.#firstLines.set(uri, line);
  }

  #lookAtFirstLine(uri: string, edit: Edit): void {
    const line = this.#firstLines.get(uri);
    if (line === undefined) return;
    const { verdict, next } = afterEdit(line, edit);
    this.#follow(uri, next);
    const { writer, chance, atMs } = line;
    if (verdict === null || !this.#dependencies.isOn()) return;
    this.#dependencies.came({ writer, chance, isRight: verdict === 'right' }, atMs);
  }

  #take({ uri, offset, text, arm, version, atMs }: Open): void {
    this.#open.delete(uri);
    if (arm !== null) this.#dependencies.observe(arm, { kind: 'accepted' });
    this.#count(atMs, { accepted: 1, acceptedCharacters: text.length });
    const tracked = new TrackedText(offset, text);
    const ofDocument = this.#tracked.get(uri) ?? new Set();
    this.#tracked.set(uri, ofDocument.add(tracked));
    for (const { afterMs, kept, checked } of CHECKS) {
      const cancel = this.#dependencies.later(afterMs, () => {
        this.#pending.delete(cancel);
        const document = this.#dependencies.documentText(uri);
        // A closed document cannot be checked; it does not count in the share.
        if (document === undefined || !this.#tracked.get(uri)?.has(tracked)) return;
        const stays = tracked.kept(document);
        this.#count(atMs, { [kept]: stays, [checked]: text.length });
        if (version !== null && stays > 0) {
          const weight = (STANDING_WEIGHTS[kept] * stays) / text.length;
          this.#dependencies.stands(version, tracked.lines(document), weight);
        }
        // The sooner, the fewer documents are closed by then.
        if (checked === 'checked30s' && version !== null)
          this.#dependencies.used(version, { kind: 'kept', characters: stays });
        if (checked !== 'checked5min') return;
        ofDocument.delete(tracked);
        if (arm !== null && text.length > 0)
          this.#dependencies.observe(arm, { kind: 'survived', share: stays / text.length });
      });
      this.#pending.add(cancel);
    }
  }
}
