import { hashFraction } from '../common/random.ts';
import type { MinedFile } from './fileMiner.ts';
import { middleFields } from './fileMiner.ts';
import { nearDuplicates } from './fingerprints.ts';
import type { Split } from './types.ts';

/** Exact and near duplicates to leave out, all but the first by path, with the reason. */
export function duplicateReasons(files: readonly MinedFile[]): Map<string, string> {
  const reasons = new Map<string, string>();
  const firstByHash = new Map<string, string>();
  const distinct = files.filter(({ path, contentHash }) => {
    const first = firstByHash.get(contentHash);
    if (first === undefined) firstByHash.set(contentHash, path);
    else reasons.set(path, `duplicate of ${first}`);
    return first === undefined;
  });
  for (const [i, first] of nearDuplicates(distinct.map(({ sketch }) => sketch)).entries()) {
    if (first !== i)
      reasons.set((distinct[i] as MinedFile).path, `near duplicate of ${(distinct[first] as MinedFile).path}`);
  }
  return reasons;
}

/** A middle of a mined file: `field` is the start of its row in `file.middles`. */
export interface Draft {
  readonly file: MinedFile;
  readonly field: number;
  readonly split: Split;
}

/**
 * All middles of the files, each text once: of two equal ones the training one stays, since a held-out middle seen in training would
 * measure memorization.
 */
export function drafts(files: Readonly<Record<Split, readonly MinedFile[]>>): {
  drafts: Draft[];
  repeated: number;
  repeatedHeldOut: number;
} {
  const seen = new Set<number>();
  const kept: Draft[] = [];
  let repeated = 0;
  let repeatedHeldOut = 0;
  for (const split of ['train', 'held-out'] as const) {
    for (const file of files[split]) {
      for (let field = 0; field < file.middles.length; field += middleFields) {
        const hash = file.middles[field + 3] as number;
        if (hash !== 0 && seen.has(hash)) {
          repeated++;
          if (split === 'held-out') repeatedHeldOut++;
          continue;
        }
        seen.add(hash);
        kept.push({ file, field, split });
      }
    }
  }
  return { drafts: kept, repeated, repeatedHeldOut };
}

/** An even, deterministic sample of at most `limit`: those with the lowest hash. */
export function sample(drafts: readonly Draft[], limit: number): Draft[] {
  if (drafts.length <= limit) return [...drafts];
  // One cryptographic hash per file, one cheap mix per middle: hashing every middle would cost as much as parsing.
  const fileKeys = new Map<MinedFile, number>();
  const keyOf = ({ file, field }: Draft): number => {
    let key = fileKeys.get(file);
    if (key === undefined) {
      key = Math.floor(hashFraction('sample', file.path) * 2 ** 32);
      fileKeys.set(file, key);
    }
    let mixed = Math.imul(key ^ (file.middles[field + 1] as number), 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    return (mixed ^ (mixed >>> 13)) >>> 0;
  };
  // Sorting all of them to keep a tenth would dominate: first cut by the key, with room to spare.
  const cut = ((1.2 * limit) / drafts.length + 1000 / drafts.length) * 2 ** 32;
  const keyed: { draft: Draft; key: number }[] = [];
  for (const draft of drafts) {
    const key = keyOf(draft);
    if (key < cut) keyed.push({ draft, key });
  }
  if (keyed.length < limit)
    for (const draft of drafts) if (keyOf(draft) >= cut) keyed.push({ draft, key: keyOf(draft) });
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, limit)
    .map(({ draft }) => draft);
}
