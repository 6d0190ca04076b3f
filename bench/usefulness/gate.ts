/** The product gate's report, on pairs drawn for it. */
import type { AdapterRef, LoadedEngine } from '../../server/engine/types.ts';
import { TuneEvaluation } from '../../server/evaluation/evaluateTune.ts';
import type { MinedSets } from '../../server/mining/sets.ts';
import type { Dataset } from '../../server/mining/types.ts';
import type { Windows } from '../../server/prompt/heldOutWindows.ts';
import type { Report } from '../../server/protocol/report.ts';
import { Preparation } from '../../server/tuning/prepare.ts';

/** As many as a five-minute tune has time to score. */
const GATE_PAIRS = 60;

/** `storeDir`: where losses are stored for the next candidate; null: nowhere. */
export async function gateReport(
  tuned: AdapterRef,
  active: AdapterRef | null,
  { dataset, byTime }: MinedSets,
  serving: LoadedEngine,
  storeDir: string | null = null,
  windows: Windows = 'long',
): Promise<Report> {
  const heldOut = (of: Dataset) => new Preparation(of, serving).heldOut(GATE_PAIRS, undefined, windows);
  const evaluation = await TuneEvaluation.open({
    serving,
    repoName: dataset.repository,
    byFile: await heldOut(dataset),
    byTime: byTime && (await heldOut(byTime)),
    storeDir,
    leastSamples: GATE_PAIRS,
    mostPlaces: 1,
    nowMs: Date.now,
  });
  const seconds = Number.POSITIVE_INFINITY;
  return await evaluation.measure({ tuned, active, learned: null, question: 'may-serve', seconds }, () => {});
}
