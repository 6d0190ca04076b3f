/** Next edits that a tune learns, and those held out: by file as elsewhere, and by time those of newer commits. */
import { Random } from '../../common/random.ts';
import { commitMs } from '../../git/commitTime.ts';
import { storeLocation } from '../../git/storeLocation.ts';
import { Admission, reasonsOf } from '../admission.ts';
import type { ChangeOptions } from '../changes.ts';
import { defaults } from '../core.ts';
import { namesSince } from '../renames.ts';
import { repositoryOf } from '../repository.ts';
import type { MinedSets } from '../sets.ts';
import { listCandidates } from '../sources.ts';
import { heldOutFraction, heldOutPosition } from '../split.ts';
import type { EditExample } from './examples.ts';
import { isGuessable } from './guessable.ts';
import { textOfExample, withoutLeakedEdits } from './leakage.ts';
import { mineEdits } from './mineEdits.ts';
import { recordedExamples } from './recorded.ts';

/** Share of `no-edit` examples that are learned: with all of them, a tune of a few minutes learned to change nothing. */
const LEFT_ALONE = 0.35;

export class EditSets {
  readonly #folder: string;
  readonly #sets: Pick<MinedSets, 'dataset' | 'learnedTo'>;
  readonly #signal: AbortSignal | undefined;
  #admission: Promise<Admission | null> | null = null;

  /** `sets`: the folder's other training data. */
  constructor(folder: string, sets: Pick<MinedSets, 'dataset' | 'learnedTo'>, signal?: AbortSignal) {
    this.#folder = folder;
    this.#sets = sets;
    this.#signal = signal;
  }

  /**
   * Recorded edits, then those of commits whose answer can be guessed, up to the commit that is learned and in files that are not held out;
   * newest first. Empty without history.
   */
  async learned(maxExamples: number): Promise<EditExample[]> {
    const { dataset, learnedTo } = this.#sets;
    if (learnedTo === '') return [];
    const heldOut = new Set(dataset.pairs.flatMap(({ split, path }) => (split === 'held-out' ? [path] : [])));
    const isHeldOut = (path: string): boolean =>
      heldOut.has(path) || heldOutPosition(dataset.firstCommit, path) < heldOutFraction;
    const verdicts = new Map(dataset.files.map(({ path, verdict }) => [path, verdict]));
    const renames = (await (await this.#admitted())?.renames()) ?? new Map();
    // A deleted file is held out if what it became is.
    const admits = (path: string): boolean => {
      const verdict = verdicts.get(path);
      // One left out may be a copy of a file that is held out.
      if (isHeldOut(path) || verdict === 'left-out') return false;
      return verdict === 'taken' || ![...namesSince(renames, path)].some(isHeldOut);
    };
    const recorded = await this.#recorded(admits, maxExamples);
    const mined = await this.#mine(learnedTo, learnedTo, admits, maxExamples - recorded.length);
    const random = new Random('edits learned', dataset.firstCommit);
    const taken = mined.filter(
      (example) => isGuessable(example) && (example.kind !== 'no-edit' || random.next() < LEFT_ALONE),
    );
    return [...recorded, ...taken];
  }

  /** Edits of newer commits, in any file, except those whose answer is in the training text: pairs or `learned` edits. */
  async heldOut(
    maxExamples: number,
    learned: readonly EditExample[],
    which: 'honest' | 'leaked-too' = 'honest',
  ): Promise<EditExample[]> {
    const { dataset, learnedTo } = this.#sets;
    if (learnedTo === '' || learnedTo === dataset.commit) return [];
    const found = await this.#mine(`${learnedTo}..${dataset.commit}`, dataset.commit, () => true, maxExamples);
    return which === 'honest' ? withoutLeakedEdits(found, textsOf(this.#sets, learned)) : found;
  }

  /** If newer commits are held out, so are edits since the cut, which they contain. */
  async #recorded(admits: (path: string) => boolean, maxExamples: number): Promise<EditExample[]> {
    const { dataset, learnedTo } = this.#sets;
    const admission = await this.#admitted();
    if (admission === null) return [];
    const { root, commit } = dataset;
    return await recordedExamples(await storeLocation(root), {
      maxExamples,
      untilMs: learnedTo === commit ? Number.POSITIVE_INFINITY : await commitMs(root, learnedTo, this.#signal),
      admits,
      ruleFor: (paths) => admission.ruleFor(paths),
      signal: this.#signal,
    });
  }

  async #mine(
    range: string,
    commit: string,
    admits: (path: string) => boolean,
    maxExamples: number,
  ): Promise<EditExample[]> {
    const admission = await this.#admitted();
    if (admission === null || maxExamples <= 0) return [];
    const options: ChangeOptions = {
      range,
      maxCommits: defaults.maxCommits,
      admits,
      ruleFor: (paths) => admission.ruleFor(paths, commit),
      signal: this.#signal,
    };
    return await mineEdits(this.#sets.dataset.root, { ...options, maxExamples });
  }

  #admitted(): Promise<Admission | null> {
    this.#admission ??= this.#admit();
    return this.#admission;
  }

  async #admit(): Promise<Admission | null> {
    const repository = await repositoryOf(this.#folder, this.#signal);
    if (repository === null || repository.commit === '') return null;
    const listing = await listCandidates(this.#folder, repository, this.#signal);
    return new Admission(this.#folder, listing, reasonsOf(this.#sets.dataset.files), this.#signal);
  }
}

function* textsOf({ dataset }: Pick<MinedSets, 'dataset'>, learned: readonly EditExample[]): Generator<string> {
  const seen = new Set<string>();
  for (const { split, path, commit, kind, startByte, prefix, middle, suffix } of dataset.pairs) {
    if (split !== 'train') continue;
    // All pairs of one version of a file have the same text.
    const key = `${path} ${commit} ${kind === 'history' ? startByte : prefix.length + middle.length + suffix.length}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield prefix + middle + suffix;
  }
  for (const example of learned) yield textOfExample(example);
}
