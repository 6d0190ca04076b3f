/** Two versions on the same held-out files, and where a version comes from. */
import { resolve } from 'node:path';
import { sha256OfModel } from '../adapters/hash.ts';
import { type AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import { TuneEvaluation } from '../evaluation/evaluateTune.ts';
import type { Report } from '../evaluation/report.ts';
import { mineRepository } from '../mining/index.ts';
import { resolveModel } from '../models/bundled.ts';
import { Preparation } from '../tuning/prepare.ts';
import { ServingOnce } from './serving.ts';
import { grid } from './terminal.ts';

const PAIRS = 240;

/** @throws when the two cannot be compared, with the reason. */
export function requireComparable(a: StoredAdapter, b: StoredAdapter): void {
  const differing: readonly [string, string, string][] = [
    ['base model', a.manifest.base.sha256, b.manifest.base.sha256],
    ['repository', a.manifest.dataset.firstCommit, b.manifest.dataset.firstCommit],
    ['rule of what is held out', a.manifest.dataset.split, b.manifest.dataset.split],
  ];
  for (const [what, ofA, ofB] of differing) {
    if (ofA !== ofB) {
      throw new Error(
        `${a.id} and ${b.id} cannot be compared: they do not share their ${what}, so one may have been tuned on what the other is measured on.`,
      );
    }
  }
}

/** Measures both now, by the serving engine, on the held-out files of the working tree: `tuned` is `a`, `active` is `b`. */
export async function compareAdapters(
  folder: string,
  store: AdapterStore,
  names: readonly [string, string],
  model: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly a: StoredAdapter; readonly b: StoredAdapter; readonly report: Report }> {
  const [a, b] = [await store.find(names[0]), await store.find(names[1])];
  requireComparable(a, b);
  const modelPath = resolve(resolveModel(model));
  if (a.manifest.base.sha256 !== (await sha256OfModel(modelPath))) {
    throw new Error(`These adapters belong to the base ${a.manifest.base.name}. Pass that with --model.`);
  }
  await store.verify(a);
  await store.verify(b);
  const dataset = await mineRepository({ folder, maxTrainPairs: 0 }, () => {}, signal);
  const serving = new ServingOnce();
  try {
    const loaded = await serving.load(modelPath, 'auto');
    const byFile = await new Preparation(dataset, loaded).heldOut(PAIRS, signal);
    const evaluation = await TuneEvaluation.begin(
      {
        serving: loaded,
        repoName: dataset.repository,
        byFile,
        byTime: null,
        secondsPerModel: Number.POSITIVE_INFINITY,
        nowMs: Date.now,
      },
      () => {},
      signal,
    );
    return {
      a,
      b,
      report: await evaluation.finish({ tuned: refOf(a), active: refOf(b), learned: null }, () => {}, signal),
    };
  } finally {
    await serving.dispose();
  }
}

export function describeComparison(a: StoredAdapter, b: StoredAdapter, { byFile }: Report): string {
  const percent = (share: number | undefined): string => (share === undefined ? '-' : `${(share * 100).toFixed(1)} %`);
  const row = (name: string, contender: Report['byFile']['base']): string[] => [
    name,
    contender.loss.toFixed(4),
    percent(contender.completions?.exact),
    percent(contender.completions?.firstLine),
  ];
  const { mean, low, high } = byFile.overActive?.loss ?? { mean: Number.NaN, low: null, high: null };
  return [
    `${byFile.pairs} held-out pairs, ${byFile.tokens} tokens`,
    grid(
      ['', 'loss', 'exact', 'first line'],
      [
        row('base', byFile.base),
        row(`${a.name} (${a.id})`, byFile.tuned),
        ...(byFile.active ? [row(`${b.name} (${b.id})`, byFile.active)] : []),
      ],
    ),
    `first minus second: ${mean.toFixed(4)} nats a token, 95 % interval ${low?.toFixed(4) ?? 'unknown'} to ${high?.toFixed(4) ?? 'unknown'}`,
  ].join('\n');
}

/** The version and those it was trained on from, the newest first; a parent that is gone ends the line with its id. */
export function lineageOf(adapters: readonly StoredAdapter[], id: string): (StoredAdapter | string)[] {
  const byId = new Map(adapters.map((adapter) => [adapter.id, adapter]));
  const line: (StoredAdapter | string)[] = [];
  const seen = new Set<string>();
  for (let next: string | null = id; next !== null && !seen.has(next); ) {
    seen.add(next);
    const adapter: StoredAdapter | undefined = byId.get(next);
    line.push(adapter ?? next);
    next = adapter?.manifest.parent ?? null;
  }
  return line;
}
