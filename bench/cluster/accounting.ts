/** Accounts for every byte sent against what is allowed: rows of training code, hyperparameters, scripts, names. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import * as z from 'zod';
import { scriptsFolder } from '../../server/cluster/pack.ts';
import { toolVersion } from '../../server/common/version.ts';
import type { Sent } from './recordingProxy.ts';

export interface Accounted {
  readonly bytes: number;
  readonly outside: number;
  /** What was found outside, for display. */
  readonly found: readonly string[];
  /** The job's files, by path. */
  readonly job: ReadonlyMap<string, Buffer>;
}

const submitSchema = z.strictObject({
  entrypoint: z.literal('python job.py'),
  submission_id: z.string().regex(/^repotune-[a-z0-9]+-[0-9a-f]{6}$/),
  runtime_env: z.strictObject({ working_dir: z.string().regex(/^gcs:\/\/_ray_pkg_[0-9a-f]{32}\.zip$/) }),
  metadata: z.strictObject({ repotune: z.literal(toolVersion) }),
});
const rowSchema = z.strictObject({
  text: z.string(),
  input_ids: z.array(z.int().nonnegative()),
  attention_mask: z.array(z.literal(1)),
  labels: z.array(z.int().min(-100)),
});
const PATHS =
  /^\/api\/(version|packages\/gcs\/_ray_pkg_[0-9a-f]{32}\.zip|jobs\/(repotune-[\w-]+(\/logs(\/tail)?|\/stop)?)?)$/;
/** Suffix, prefix with middle, and closing marks: a row has no more pieces of its file than these. */
const MOST_PIECES = 4;

/** `learned`: by repository, the texts that may be learned from. `marks`: planted in what must not be sent. */
export async function account(
  sent: readonly Sent[],
  learned: readonly (readonly string[])[],
  marks: readonly string[],
  base: string,
): Promise<Accounted> {
  const outside = new Outside();
  let job = new Map<string, Buffer>();
  for (const { method, path, body } of sent) {
    if (!PATHS.test(path)) outside.add(path.length, `the path ${path}`);
    if (method === 'PUT') {
      job = new Map(Object.entries(unzipSync(body)).map(([name, bytes]) => [name, Buffer.from(bytes)]));
      await accountJob(job, learned, base, outside);
    } else if (method === 'POST' && path === '/api/jobs/') {
      if (!submitSchema.safeParse(JSON.parse(body.toString())).success) outside.add(body.length, body.toString());
    } else if (body.length > 0) outside.add(body.length, `a body with ${method} ${path}`);
  }
  for (const [name, bytes] of [...job, ...sent.map(({ path, body }) => [path, body] as const)])
    for (const mark of marks) if (bytes.includes(mark)) outside.add(mark.length, `the mark ${mark} in ${name}`);
  return {
    bytes: sent.reduce((sum, { body }) => sum + body.length, 0),
    outside: outside.bytes,
    found: outside.found,
    job,
  };
}

async function accountJob(
  job: ReadonlyMap<string, Buffer>,
  learned: readonly (readonly string[])[],
  base: string,
  outside: Outside,
): Promise<void> {
  for (const [name, bytes] of job) {
    const [, number] = /^(\d+)\/train\.jsonl$/.exec(name) ?? [];
    if (number !== undefined) accountRows(bytes, learned[Number(number) - 1] ?? [], outside);
    else if (name === 'config.yaml') accountConfig(bytes, base, outside);
    else if (['job.py', 'train.py', 'requirements.txt'].includes(name)) {
      if (!bytes.equals(await readFile(join(scriptsFolder(), name)))) outside.add(bytes.length, `another ${name}`);
    } else outside.add(bytes.length, `the file ${name}`);
  }
}

function accountConfig(bytes: Buffer, base: string, outside: Outside): void {
  const number = String.raw`-?\d+(\.\d+)?(e-?\d+)?`;
  const known = new RegExp(
    String.raw`^(# Written by Repotune; see docs/cluster\.md\.|repositories:|special_tokens: \[[\d, ]*\]|device: "(gpu|cpu|on-demand)"|  [ -] ([a-z0-9_]+: ${number}|rows: "\d+/train\.jsonl")|cpus_per_tune: \d+|)$`,
  );
  for (const line of bytes.toString().split('\n'))
    if (line !== `base: ${JSON.stringify(base)}` && !known.test(line)) outside.add(line.length, `config.yaml: ${line}`);
}

function accountRows(bytes: Buffer, files: readonly string[], outside: Outside): void {
  for (const line of bytes
    .toString()
    .split('\n')
    .filter((one) => one !== '')) {
    const parsed = rowSchema.safeParse(JSON.parse(line));
    if (!parsed.success) {
      outside.add(line.length, `a row of another shape: ${line.slice(0, 80)}`);
      continue;
    }
    const { text, input_ids: ids, labels, attention_mask: mask } = parsed.data;
    const odd = ids.some((id, i) => labels[i] !== -100 && labels[i] !== id) || labels.length !== ids.length;
    if (odd || mask.length !== ids.length) outside.add(4 * ids.length, 'labels that are not those of the ids');
    const left = unexplained(text, files);
    if (left !== '')
      outside.add(Buffer.byteLength(left), `text that is in no file that is learned from: ${left.slice(0, 80)}`);
  }
}

/** What is left of a text after removing the longest pieces of one file from its start; '' if it consists of a few. */
function unexplained(text: string, files: readonly string[]): string {
  let least = text;
  for (const file of files) {
    let rest = text;
    for (let piece = 0; piece < MOST_PIECES && rest !== ''; piece++) {
      const length = longestStart(rest, file);
      if (length === 0) break;
      rest = rest.slice(length);
    }
    if (rest.length < least.length) least = rest;
    if (least === '') break;
  }
  return least;
}

function longestStart(text: string, file: string): number {
  let [fits, fails] = [0, text.length + 1];
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (file.includes(text.slice(0, middle))) fits = middle;
    else fails = middle;
  }
  return fits;
}

class Outside {
  readonly found: string[] = [];
  bytes = 0;

  add(bytes: number, what: string): void {
    this.bytes += bytes;
    if (this.found.length < 20) this.found.push(what);
  }
}
