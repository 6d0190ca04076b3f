/**
 * What a run and its followers send each other: JSON, one message per line, over a local socket whose address is in `run.json` of the
 * folder's store. So a run is visible wherever it was started, and survives the closing of a window.
 */
import { join } from 'node:path';
import * as z from 'zod';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import { END_REASONS, RUN_PARTS } from '../protocol/tune.ts';

const stage = z.enum(['mining', 'loading', 'training', 'evaluating', 'storing', 'done', 'failed', 'stopped']);

const progress: z.ZodType<TuneProgress> = z.object({
  runId: z.string(),
  folder: z.string(),
  stage,
  message: z.string(),
  step: z.number(),
  steps: z.number(),
  curve: z.array(z.object({ step: z.number(), train: z.number().nullable(), heldOut: z.number().nullable() })),
  learningRate: z.number(),
  tokensPerSecond: z.number(),
  rssBytes: z.number(),
  startedAtMs: z.number(),
  etaSeconds: z.number().nullable(),
  cluster: z.string().exactOptional(),
  background: z.literal(true).exactOptional(),
  madeWay: z.literal(true).exactOptional(),
  resumable: z.literal(true).exactOptional(),
});

const sample = z.object({
  path: z.string(),
  line: z.number(),
  before: z.string(),
  expected: z.string(),
  base: z.string(),
  tuned: z.string(),
});

const result: z.ZodType<TuneResult> = z.object({
  runId: z.string(),
  adapterId: z.string(),
  folder: z.string(),
  files: z.number(),
  pairs: z.number(),
  edits: z.number(),
  heldOutPairs: z.number(),
  steps: z.number(),
  minutes: z.number(),
  training: z
    .object({
      predictedSeconds: z.number().nullable(),
      seconds: z.number(),
      end: z.enum(END_REASONS),
      tokens: z.number(),
      epochs: z.number(),
      parts: z.record(z.enum(RUN_PARTS), z.number()),
    })
    .nullable(),
  heldOutLossBase: z.number(),
  heldOutLossTuned: z.number(),
  sample: sample.nullable(),
  activated: z.boolean(),
  reason: z.string(),
});

const pauseReasons = ['user', 'battery'] as const;
export type PauseReason = (typeof pauseReasons)[number];

export const fromRun = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), progress, paused: z.enum(pauseReasons).nullable() }),
  z.object({ kind: z.literal('result'), result }),
  z.object({ kind: z.literal('failure'), message: z.string() }),
]);
export type FromRun = z.infer<typeof fromRun>;

export const toRun = z.discriminatedUnion('kind', [
  /** The first: until then, nothing is told. */
  z.object({ kind: z.literal('follow') }),
  /** The user's pause: it outlasts the connection that asked for it. */
  z.object({ kind: z.literal('pause'), paused: z.boolean() }),
  /** Text is being generated on the same cores: lasts no longer than the connection. */
  z.object({ kind: z.literal('hold'), held: z.boolean() }),
  /** `toMakeWay`: for a key or another run, and not by the choice of its user. */
  z.object({ kind: z.literal('stop'), toMakeWay: z.literal(true).exactOptional() }),
]);
export type ToRun = z.infer<typeof toRun>;

export const runRecord = z.object({ pid: z.int().positive(), address: z.string().min(1), store: z.string().min(1) });

export const runFileName = 'run.json';

export function runFile(storeDir: string): string {
  return join(storeDir, runFileName);
}

/** Calls back with every complete line that is a message of `schema`; ignores anything else. */
export function lines<Message>(schema: z.ZodType<Message>, onMessage: (message: Message) => void) {
  let rest = '';
  return (text: string): void => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message = parse(schema, part);
      if (message !== null) onMessage(message);
    }
  };
}

function parse<Message>(schema: z.ZodType<Message>, text: string): Message | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
