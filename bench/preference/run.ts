/** One repository: an adapter tuned on one part, the fate of its suggestions in a second, and each arm judged on the third. */
import { basename, join } from 'node:path';
import * as z from 'zod';
import { writerOf } from '../../server/completion/worth.ts';
import { planSchedule } from '../../server/engine/training/schedule.ts';
import type { AdapterRef, LoadedEngine } from '../../server/engine/types.ts';
import { gateVerdict, keptUpVerdict } from '../../server/evaluation/gate.ts';
import { mineOnce } from '../../server/mining/index.ts';
import { cutForTune } from '../../server/tuning/cuts.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { learnedFrom } from '../../server/tuning/learnedFrom.ts';
import { WalkFolder } from '../keepUp/work.ts';
import { askEverywhere } from '../usefulness/ask.ts';
import { gateReport } from '../usefulness/gate.ts';
import { judge } from '../usefulness/judge.ts';
import { drawPlaces } from '../usefulness/places.ts';
import { type Tune, tune } from '../usefulness/tunes.ts';
import { type Found, openWork } from '../usefulness/work.ts';
import { ARMS, type ArmName, type Example, examplesOf, seenBy } from './examples.ts';
import { figuresOf, type Judgement, type PreferenceFigures } from './figures.ts';
import { layOut } from './laidOut.ts';
import { partsOf } from './parts.ts';
import { trainArm } from './train.ts';

export interface PreferenceOptions {
  readonly serving: LoadedEngine;
  /** Tuning time of the adapter that makes the suggestions. */
  readonly minutes: number;
  /** Places for suggestions, and for judging. */
  readonly asked: number;
  readonly places: number;
  /** Tokens that each arm learns. */
  readonly tokens: number;
  readonly tokensPerStep: number;
  readonly beta: number;
  /** Share of the learning rate of a tune from scratch. */
  readonly rateShare: number;
  readonly arms: readonly ArmName[];
  readonly seed: number;
  readonly threads: number;
  /** Distinguishes the results of this method from others'. */
  readonly methodName: string;
  readonly work: string;
  say(text: string): void;
}

const outcome = z.object({
  tokens: z.number(),
  steps: z.number(),
  seconds: z.number(),
  acceptedRatio: z.number().nullable(),
  rejectedRatio: z.number().nullable(),
});
const verdict = z.object({ activate: z.boolean(), reason: z.string() });
const gated = z.object({ asNew: verdict, asKeptUp: verdict });

/** Share of all steps spent warming up the rate. */
const WARMUP = 0.1;
const FINAL_SHARE = 0.05;

export async function runOn(folder: string, options: PreferenceOptions): Promise<PreferenceFigures> {
  const { serving, arms, methodName, work: path } = options;
  const repository = basename(folder);
  const say = (text: string): void => options.say(`${repository}: ${text}`);
  const work = new WalkFolder(path);
  const writer = writerOf(serving.model, true);
  say('mining');
  const sets = await mineOnce(learnedFrom(folder), () => cutForTune(folder, null));
  const parts = partsOf(sets);
  const own = await tune({
    folder: join(path, 'tune'),
    serving,
    mined: async () => parts.tuned,
    minutes: options.minutes,
    like: null,
    say: (text) => say(`tune: ${text}`),
  });
  const asIs: AdapterRef = { id: `${repository}-as-is`, path: own.adapter, scale: 1 };
  const ask = async (room: string, adapter: AdapterRef, arm: string, draw: () => ReturnType<typeof drawPlaces>) => {
    const at = openWork(join(path, room));
    const known = at.places();
    const places = known ?? draw();
    if (known === null) await at.keepPlaces(places);
    const one = { serving, adapter, withContext: false, promptTokens: null, repoName: repository };
    const found = await askEverywhere(
      at,
      arm,
      places,
      (place) => judge(place, one),
      (text) => say(`${room}, ${text}`),
    );
    return { places, found };
  };
  const { places, found: answers } = await ask('asked', asIs, 'as-is', () => drawPlaces(parts.asked, options.asked));
  const examples = examplesOf(places, answers, writer);
  const judgeArm = async (name: string, adapter: AdapterRef): Promise<Found[]> =>
    (await ask('judged', adapter, name, () => drawPlaces(sets, options.places))).found;

  const judged: Partial<Record<ArmName, Judgement>> = {};
  const before = await judgeArm('as-is', asIs);
  judged['as-is'] = { found: before, training: null, gate: null };
  for (const arm of arms) {
    if (arm === 'as-is' || seenBy(ARMS[arm], examples).length === 0) continue;
    const name = `${arm}-${methodName}`;
    const to = join(path, `${name}.gguf`);
    const training = await work.once(name, outcome, () => learn(arm, examples, own, to, repository, options));
    const adapter: AdapterRef = { id: `${repository}-${name}`, path: to, scale: 1 };
    const found = await judgeArm(name, adapter);
    const gate = await work.once(`gate-${name}`, gated, async () => {
      say(`gate, arm ${name}`);
      const { byFile, byTime } = await gateReport(adapter, asIs, sets, serving, path);
      return { asNew: gateVerdict(byFile, byTime, null), asKeptUp: keptUpVerdict(byFile, byTime, null) };
    });
    judged[arm] = { found, training, gate };
  }
  const figures = Object.entries(judged).map(([arm, { found: of, training, gate }]) => [
    arm,
    { ...figuresOf({ writer, found: of }, { writer, found: before }), training, gate },
  ]);
  const accepted = examples.filter(({ wish }) => wish === 'accepted').length;
  const rejected = examples.filter(({ wish }) => wish === 'rejected').length;
  return {
    repository,
    asked: { places: places.length, accepted, rejected },
    arms: Object.fromEntries(figures) as PreferenceFigures['arms'],
  };
}

async function learn(
  arm: ArmName,
  examples: readonly Example[],
  own: Tune,
  to: string,
  repository: string,
  options: PreferenceOptions,
): Promise<z.infer<typeof outcome>> {
  const { serving, tokens, tokensPerStep, rateShare, threads } = options;
  const config = trainerConfig(
    { folder: '', modelPath: serving.model.path, baseType: 'as-is', ...(threads > 0 ? { threads } : {}) },
    serving.model,
  );
  const { learningRate } = planSchedule({
    trainTokens: tokens,
    parameters: serving.model.parameters,
    maxSeconds: Number.POSITIVE_INFINITY,
  });
  return await trainArm({
    // The adapter at its serving scale made the suggestions, and it is what is changed.
    trainer: { ...config, alpha: config.alpha * own.scale, device: 'cpu' },
    from: own.adapter,
    to,
    lessons: await layOut(seenBy(ARMS[arm], examples), ARMS[arm], repository, serving),
    tokens,
    tokensPerStep,
    schedule: {
      learningRate: learningRate * rateShare,
      warmupSteps: Math.max(1, Math.round((WARMUP * tokens) / tokensPerStep)),
      finalShare: FINAL_SHARE,
    },
    beta: options.beta,
    seed: options.seed,
    say: (text) => options.say(`${repository}, arm ${arm}: ${text}`),
  });
}
