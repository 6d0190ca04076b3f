/** What crosses the channel between the server and an engine process. Checked on arrival: the two sides may be of different builds. */
import * as z from 'zod';
import { promptOrders } from '../protocol/promptFormat.ts';
import { END_REASONS, TRAINING_PARTS } from '../protocol/tune.ts';
import { ERROR_CODES } from './errorCodes.ts';
import type { LoopEvent, LoopOutcome, TrainJob } from './training/trainJob.ts';
import type {
  AdapterRef,
  CompleteRequest,
  CompleteResult,
  ComputeDevice,
  DeviceSpeed,
  ModelInfo,
  Score,
} from './types.ts';

const specialToken = z.enum(['fimPrefix', 'fimSuffix', 'fimMiddle', 'repoName', 'fileSep', 'bos', 'eot']);
const device = z.string().min(1);
const errorCode = z.enum(ERROR_CODES);
const count = z.number().int().nonnegative();

const trainerConfig = z.object({
  modelPath: z.string(),
  baseType: z.enum(['as-is', 'f16', 'q8_0', 'q4_0', 'iq4_nl', 'q4_k']),
  rank: z.number().int().positive(),
  alpha: z.number(),
  adaptedBlocks: z.number().int().nonnegative(),
  weightDecay: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number(),
  clipNorm: z.number(),
  seed: z.number(),
  threads: z.number().int().positive(),
  device,
  maxTokens: z.number().int().positive(),
  memoryBudgetBytes: z.number(),
});

const adapter = z.object({
  id: z.string().min(1),
  path: z.string(),
  scale: z.number(),
}) satisfies z.ZodType<AdapterRef>;

const prompt = z.array(z.union([z.object({ special: specialToken }), z.object({ text: z.string() })]));

const completeRequest = z.object({
  prompt,
  shorter: z.array(prompt).exactOptional(),
  freshTokens: count.exactOptional(),
  heal: z.string(),
  maxTokens: count,
  stop: z.array(z.string()),
  deadlineMs: z.number().nonnegative().exactOptional(),
  candidate: count.exactOptional(),
  adapter: adapter.nullable(),
  speculate: z.union([z.boolean(), z.literal('always')]).exactOptional(),
  beside: z.string().exactOptional(),
  drafts: z.string().exactOptional(),
  leastProbability: z.number().nonnegative().exactOptional(),
  aside: z.boolean().exactOptional(),
}) satisfies z.ZodType<CompleteRequest>;

const scoreSample = z.object({ tokens: z.instanceof(Int32Array), lossFrom: count, lossTo: count });

/** Server to the process in role *complete*. `id` numbers the call. */
export const completeCommand = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('load'),
    id: count,
    modelPath: z.string(),
    contextTokens: z.number().int().positive(),
    threads: count,
    device,
    mergeAdapters: z.boolean(),
  }),
  z.object({ kind: z.literal('tokenize'), id: count, texts: z.array(z.string()) }),
  z.object({ kind: z.literal('complete'), id: count, request: completeRequest, stream: z.boolean() }),
  z.object({
    kind: z.literal('score'),
    id: count,
    samples: z.array(scoreSample),
    adapter: adapter.nullable(),
    smallBatches: z.boolean(),
  }),
  z.object({
    kind: z.literal('merge'),
    id: count,
    basePath: z.string(),
    adapterPath: z.string(),
    scale: z.number(),
    targetPath: z.string(),
    promptMark: z.string(),
  }),
  z.object({ kind: z.literal('devices'), id: count, device }),
  z.object({ kind: z.literal('timeTraining'), id: count, config: trainerConfig }),
  z.object({ kind: z.literal('timeCompletions'), id: count, modelPath: z.string(), device }),
  z.object({ kind: z.literal('cancel'), id: count }),
]);
export type CompleteCommand = z.infer<typeof completeCommand>;

const modelInfo = z.object({
  path: z.string(),
  architecture: z.string(),
  name: z.string(),
  sizeBytes: z.number(),
  parameters: z.number(),
  contextLength: z.number(),
  vocabularySize: z.number(),
  weightType: z.string(),
  special: z.partialRecord(specialToken, z.number()),
  promptOrder: z.enum(promptOrders).nullable(),
  promptMark: z.string().exactOptional(),
  device: z.string(),
}) satisfies z.ZodType<ModelInfo>;

const completeResult = z.object({
  text: z.string(),
  stopReason: z.enum(['end-of-text', 'stop-text', 'max-tokens', 'deadline', 'cancelled', 'unsure']),
  generatedTokens: count,
  logProbabilities: z.array(z.number()).readonly(),
  ends: z.array(count).readonly(),
  prompt: count,
  promptTokens: count,
  evaluatedTokens: count,
  passes: count,
  promptMs: z.number(),
  generateMs: z.number(),
  cpuMs: z.number().nonnegative(),
}) satisfies z.ZodType<CompleteResult>;

const computeDevice = z.object({
  name: z.string(),
  description: z.string(),
  freeBytes: z.number().nonnegative(),
  totalBytes: z.number().nonnegative(),
  bytesPerSecond: z.number().nonnegative(),
}) satisfies z.ZodType<ComputeDevice>;

const deviceSpeed = z.object({
  device: z.string(),
  name: z.string(),
  tokensPerSecond: z.number().nonnegative(),
  reason: z.string(),
  plan: z.string(),
  faulty: z.boolean(),
}) satisfies z.ZodType<DeviceSpeed>;

const score = z.object({ nll: z.number(), tokens: count, top1: count }) satisfies z.ZodType<Score>;

/** The process in role *complete* to the server. `failed`: the call's error; the process lives on. */
export const completeAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loaded'), id: count, model: modelInfo }),
  z.object({ kind: z.literal('tokens'), id: count, tokens: z.array(z.instanceof(Int32Array)) }),
  z.object({ kind: z.literal('text'), id: count, text: z.string() }),
  z.object({ kind: z.literal('completed'), id: count, result: completeResult }),
  z.object({ kind: z.literal('scored'), id: count, scores: z.array(score) }),
  z.object({ kind: z.literal('merged'), id: count }),
  z.object({ kind: z.literal('devices'), id: count, devices: z.array(computeDevice) }),
  z.object({ kind: z.literal('timed'), id: count, speeds: z.array(deviceSpeed) }),
  z.object({ kind: z.literal('failed'), id: count, code: errorCode, message: z.string() }),
]);
export type CompleteAnswer = z.infer<typeof completeAnswer>;

const trainJob = z.object({
  runId: z.string(),
  runDir: z.string(),
  trainer: trainerConfig,
  schedule: z.object({
    steps: count,
    warmupSteps: count,
    learningRate: z.number(),
    finalShare: z.number(),
    tokensPerStep: count,
    evaluateEvery: count,
    patience: count,
    promptWeight: z.number(),
    promptEvery: z.number().int().positive(),
    maxSeconds: z.number(),
  }),
  adaptToSpeed: z.boolean(),
  initialAdapter: z.string().nullable(),
  secondsAfter: z.number().nonnegative().exactOptional(),
  adapterScale: z.number().nullable(),
  sequencesFile: z.string(),
  adapterFile: z.string(),
  checkpointFile: z.string(),
  checkpointEverySeconds: z.number(),
  preflight: z.object({ datasetTokens: z.number(), refuses: z.boolean(), otherSeconds: z.number() }).exactOptional(),
}) satisfies z.ZodType<TrainJob>;

/** Server to the process in role *tune*. */
export const tuneCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), job: trainJob }),
  z.object({ kind: z.literal('stop') }),
  /** Replaces SIGSTOP on systems without it. */
  z.object({ kind: z.literal('hold'), held: z.boolean() }),
]);
export type TuneCommand = z.infer<typeof tuneCommand>;

const loopEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('loaded'),
    device: z.string(),
    kernels: z.string(),
    streamedBytes: z.number(),
  }),
  z.object({
    kind: z.literal('step'),
    step: z.number(),
    steps: z.number(),
    loss: z.number(),
    learningRate: z.number(),
    gradientNorm: z.number(),
    tokensPerSecond: z.number(),
    rssBytes: z.number(),
    etaSeconds: z.number(),
  }),
  z.object({
    kind: z.literal('calibrated'),
    tokens: z.number(),
    errorBefore: z.number(),
    errorAfter: z.number(),
  }),
  z.object({ kind: z.literal('resumed'), step: z.number(), changed: z.array(z.string()).readonly() }),
  z.object({
    kind: z.literal('planned'),
    steps: z.number(),
    tokens: z.number(),
    seconds: z.number(),
    epochs: z.number().nullable(),
  }),
  z.object({ kind: z.literal('unwritten'), message: z.string() }),
  z.object({ kind: z.literal('held-out'), step: z.number(), loss: z.number(), best: z.boolean() }),
]) satisfies z.ZodType<LoopEvent>;

const loopOutcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('trained'),
    reason: z.enum(END_REASONS),
    steps: z.number(),
    tokens: z.number(),
    seconds: z.number(),
    spent: z.record(z.enum(TRAINING_PARTS), z.number()),
    heldOutBefore: z.number(),
    heldOutBest: z.number(),
    bestStep: z.number(),
    adapterScale: z.number(),
    note: z.string().optional(),
  }),
  z.object({ kind: z.literal('stopped') }),
  z.object({
    kind: z.literal('failed'),
    code: errorCode,
    message: z.string(),
  }),
]) satisfies z.ZodType<LoopOutcome>;

/** The process in role *tune* to the server. */
export const tuneAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: loopEvent }),
  z.object({ kind: z.literal('outcome'), outcome: loopOutcome }),
]);
export type TuneAnswer = z.infer<typeof tuneAnswer>;
