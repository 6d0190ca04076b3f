/** Events in a job's log (job.py): lines that start with a mark and contain JSON. Everything else there is Ray's or the libraries'. */
import * as z from 'zod';
import { withoutControls } from '../common/controls.ts';

const MARK = '@repotune ';

/** Applies to names that are shown. */
const MOST_NAME_CHARS = 100;
const named = z.string().transform((name) => withoutControls(name.slice(0, MOST_NAME_CHARS)));

const repository = z.int().positive();
const step = z.int().nonnegative();
const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cluster'), gpus: z.int(), cpus: z.int(), ray: z.string() }),
  z.object({ kind: z.literal('started'), repository, device: named, step, steps: step }),
  z.object({
    kind: z.literal('step'),
    repository,
    step,
    steps: step,
    loss: z.number(),
    learning_rate: z.number(),
    gradient_norm: z.number(),
    /** Since training began on this worker, and the steps made in that time. */
    seconds: z.number().nonnegative(),
    made: step,
  }),
  /** The worker is gone; another continues from `step`. */
  z.object({ kind: z.literal('lost'), repository, step, message: z.string() }),
  z.object({
    kind: z.literal('part'),
    repository,
    name: z.enum(['adapter_config.json', 'adapter_model.safetensors']),
    part: z.int().nonnegative(),
    parts: z.int().positive().max(1_000_000),
    data: z.base64(),
  }),
  z.object({
    kind: z.literal('file'),
    repository,
    name: z.enum(['adapter_config.json', 'adapter_model.safetensors']),
    bytes: z.int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.object({ kind: z.literal('trained'), repository, steps: step, seconds: z.number().nonnegative() }),
  z.object({ kind: z.literal('failed'), repository, code: z.string(), message: z.string() }),
]);
export type JobEvent = z.infer<typeof schema>;
export type FileName = Extract<JobEvent, { kind: 'file' }>['name'];

/** `unmarked`: an ordinary line; `unreadable`: a marked line without an event, e.g. a truncated one. */
export type LogLine =
  | { readonly kind: 'event'; readonly event: JobEvent }
  | { readonly kind: 'unmarked' | 'unreadable' };

export function readLogLine(line: string): LogLine {
  if (!line.startsWith(MARK)) return { kind: 'unmarked' };
  try {
    return { kind: 'event', event: schema.parse(JSON.parse(line.slice(MARK.length))) };
  } catch {
    return { kind: 'unreadable' };
  }
}
