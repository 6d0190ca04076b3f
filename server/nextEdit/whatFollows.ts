/**
 * What follows from a document and the recent changes, by the first way that finds something wanted: by rule, an earlier change done once
 * more, or the model. When it is asked, and what is shown, is the service's.
 */
import type { LineChange, LineSpan } from '../edits/change.ts';
import { linesOf } from '../edits/lineEdit.ts';
import { MOST_FOLLOWED, type OwnEdit } from '../edits/recentEdits.ts';
import { replacementIn } from '../edits/replacement.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import { hasConflict } from '../mining/content.ts';
import { isSecretFile } from '../secrets/fileNames.ts';
import { ByModel, type ByModelDependencies, type Serving } from './byModel.ts';
import { type Followed, followedByRule } from './byRule.ts';
import { SURE_CHANCE } from './chance.ts';
import { type DeclaredMember, declaredMember, type MembersRenamed } from './declaredMember.ts';
import { errorsHere } from './errors.ts';
import { changeToList } from './jumpList.ts';
import { doneOnceMore } from './onceMore.ts';
import type { Proposal } from './proposeAt.ts';
import type { NextEditRequest } from './question.ts';
import type { RecentByFolder } from './recentByFolder.ts';
import type { RefusedEdits } from './refused.ts';
import { regionsOf } from './regions.ts';
import { renamingKey, repeatableOf } from './renamed.ts';

export interface WhatFollowsDependencies extends ByModelDependencies {
  /** Whether a setting excludes a file: text typed there, e.g. a password, never appears elsewhere. */
  isExcluded(folder: string, path: string): boolean;
  /** Of `paths`, those that the folder's user keeps from learning or from assistants: likewise, though not in the file itself. */
  keptOut(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>>;
  nowMs(): number;
}

export type Following =
  | {
      readonly kind: 'edit';
      readonly change: LineChange;
      /** For the log. */
      readonly said: string;
      /** Found without the model. */
      readonly isInstant: boolean;
    }
  | {
      readonly kind: 'nothing';
      /** For the log; null if there is nothing to say. `once`: it holds for every request. */
      readonly why: { readonly reason: string; readonly once: boolean } | null;
      /** The change to list places for in other files; null for none. */
      readonly listed: LineChange | null;
    };

type Nothing = Extract<Following, { kind: 'nothing' }>;

/** What there is to repeat, and where. */
interface Repeating {
  readonly file: Omit<EditSituation, 'region'>;
  readonly regions: readonly LineSpan[];
  readonly repeatable: readonly LineChange[];
  readonly membersRenamed: MembersRenamed;
}

/** Those looked at for whether they may be repeated. */
const MOST_REPEATED = 8;
/**
 * For all places together: nobody waits longer, and a busy machine has better things to do (on two cores it was once seen to write for 57
 * s).
 */
const LATE_MS = 20_000;

export class WhatFollows {
  readonly #dependencies: WhatFollowsDependencies;
  readonly #recent: RecentByFolder;
  readonly #refused: RefusedEdits;
  readonly #byModel: ByModel;
  /** Keys of variable renames that were followed. */
  readonly #followed = new Set<string>();
  /** Members renamed at their declarations: see {@link MembersRenamed}. */
  readonly #members = new Map<string, DeclaredMember[]>();

  constructor(dependencies: WhatFollowsDependencies, recent: RecentByFolder, refused: RefusedEdits) {
    this.#dependencies = dependencies;
    this.#recent = recent;
    this.#refused = refused;
    this.#byModel = new ByModel(dependencies);
  }

  /** The person made an edit: there is something new to ask. */
  edited(): void {
    this.#byModel.edited();
  }

  /** The serving weights changed: drops what the old ones wrote. */
  forget(): void {
    this.#byModel.forget();
  }

  /** `syntax`: null if we have no grammar for the language. */
  async find(request: NextEditRequest, syntax: SyntaxReader | null, signal: AbortSignal): Promise<Following> {
    const { uri, text, invoked } = request;
    const path = this.#recent.pathOf(uri);
    const lines = linesOf(text);
    const all = this.#recent.inFolderOf(uri).of(uri, path, lines);
    const folder = this.#recent.folderOf(uri);
    const { isExcluded, keptOut, nowMs } = this.#dependencies;
    const own = this.#recent.inFolderOf(uri).newestIn(uri, lines, MOST_FOLLOWED);
    const out = await keptOut(folder, [...new Set([path, ...all.map((change) => change.path)])]);
    if (signal.aborted) return STOPPED;
    // By their names, as in mining: much of what is typed there looks like no secret.
    const isOut = (of: string): boolean => out.has(of) || isSecretFile(of);
    const recent = all.filter((change) =>
      change.path === path ? !isExcluded(folder, path) : !(isExcluded(folder, change.path) || isOut(change.path)),
    );
    if (text.trim() === '') return nothing('there is nothing in the document');
    if (recent.length === 0 && !invoked) return nothing('nothing was changed yet');
    if (hasConflict(text)) return nothing('the file has marks of a merge conflict');
    const errors = errorsHere(request.diagnostics, uri);
    const file = { path, lines, recent, own, cursorLine: request.line, errors, syntax };
    this.#noteMembers(lines, own.slice(0, MOST_REPEATED));
    const plain = followedByRule(file, { isWanted: this.#isWanted, nowMs });
    if (plain !== null) {
      const key = renamingKey(plain.change);
      if (key !== null && plain.ofMember !== true) this.#followed.add(key);
      return instant(plain);
    }
    const together = this.#recent.inFolderOf(uri).replacedTogether();
    const may = repeatableOf(file, own.slice(0, MOST_REPEATED), syntax, { followed: this.#followed, nowMs });
    // A language server's rename is complete: what else has the name is another thing.
    const repeatable = may.filter(({ before, after }) => !together.has(replacementIn(before, after) ?? ''));
    const situation = { path, lines, recent, related: [] };
    const repeating = {
      file: situation,
      regions: regionsOf(situation, request),
      repeatable,
      membersRenamed: this.#members,
    };
    const found = await this.#carryOn(request, repeating, syntax, signal);
    return found.kind === 'edit' || isOut(path) ? found : { ...found, listed: changeToList(recent, path) };
  }

  /** While the file of a declaration is at hand: other files are asked about later. */
  #noteMembers(lines: readonly string[], own: readonly OwnEdit[]): void {
    for (const edit of own) {
      const found = declaredMember(lines, edit);
      if (found === null) continue;
      const known = this.#members.get(found.replaced) ?? [];
      const { path, type } = found.member;
      if (!known.some((one) => one.path === path && one.type === type))
        this.#members.set(found.replaced, [...known, found.member]);
    }
  }

  readonly #isWanted = (change: LineChange): boolean => !this.#refused.has(change);

  /** An earlier change repeated, if that is likely by itself; otherwise the model's proposal. */
  async #carryOn(
    request: NextEditRequest,
    repeating: Repeating,
    syntax: SyntaxReader | null,
    signal: AbortSignal,
  ): Promise<Following> {
    const { file, regions, ...known } = repeating;
    const plain = doneOnceMore(file, regions, { ...known, syntax, isWanted: this.#isWanted });
    const sure = plain.find(({ chance }) => chance >= SURE_CHANCE);
    if (sure !== undefined) return instant(sure);
    const { uri, languageId, invoked } = request;
    // A missing model must not block edits that need none.
    const serving = await this.#byModel.serving(uri, languageId, invoked).catch((error: Error) => error);
    if (typeof serving !== 'string' && !(serving instanceof Error))
      return await this.#askModel(request, repeating, serving, signal);
    const [likely] = plain;
    if (likely !== undefined) return instant(likely);
    if (serving instanceof Error) throw serving;
    return nothing(serving, true);
  }

  /** Asks at the regions one after the other until there is a wanted edit. */
  async #askModel(
    request: NextEditRequest,
    { file, regions, ...known }: Repeating,
    serving: Serving,
    signal: AbortSignal,
  ): Promise<Following> {
    const reasons = new Set<string>();
    const late = AbortSignal.timeout(LATE_MS);
    for (const region of regions) {
      if (signal.aborted) return STOPPED;
      const proposal = await this.#byModel.propose(
        { ...file, region },
        serving,
        { ...request, ...known },
        AbortSignal.any([signal, late]),
      );
      if (late.aborted && proposal.kind !== 'edit') {
        reasons.add(`it took more than ${LATE_MS / 1000} s`);
        break;
      }
      if (signal.aborted || proposal.kind === 'cancelled') return STOPPED;
      if (proposal.kind === 'edit' && this.#isWanted(proposal.change))
        return { kind: 'edit', change: proposal.change, said: saidOf(proposal), isInstant: false };
      reasons.add(proposal.kind === 'edit' ? 'it was refused before' : saidOf(proposal));
    }
    return nothing([...reasons].join('; '));
  }
}

const STOPPED: Nothing = { kind: 'nothing', why: null, listed: null };

function nothing(reason: string, once = false): Nothing {
  return { kind: 'nothing', why: { reason, once }, listed: null };
}

function instant({ change, why }: Followed): Following {
  return { kind: 'edit', change, said: why, isInstant: true };
}

function saidOf(proposal: Exclude<Proposal, { kind: 'cancelled' }>): string {
  const { asked } = proposal;
  const how = asked?.cost.passes === 0 ? 'done once more' : 'written';
  const what = proposal.kind === 'edit' ? how : proposal.reason;
  if (asked === null) return what;
  const { evaluatedTokens, generatedTokens, passes, ms } = asked.cost;
  return `${what} (${Math.round(ms)} ms, ${evaluatedTokens} tokens read, ${generatedTokens} written in ${passes} passes)`;
}
