/** Results of a job run by other means than Ray's Jobs API: its log in a file, or the adapters that train.py wrote. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterError } from './errors.ts';
import type { JobEnd } from './followJob.ts';
import { type JobEvent, readLogLine } from './jobEvents.ts';
import { LineSplitter } from './logLines.ts';
import type { SubmittedRepository } from './submission.ts';

type Heard = (event: JobEvent) => void;

/** `repositories` are those of the log. */
export async function readLog(path: string, _: readonly SubmittedRepository[], heard: Heard): Promise<JobEnd> {
  const splitter = new LineSplitter((line) => {
    // Log collectors may prefix each line.
    const read = readLogLine(line.slice(Math.max(0, line.indexOf('@repotune '))));
    if (read.kind === 'event') heard(read.event);
  });
  for await (const text of createReadStream(path, 'utf8')) splitter.add(text);
  splitter.end();
  const lines = `${path} holds no adapter of this repository. Give the whole log of this submission's job: a node keeps only its newest 10 MB.`;
  return { status: 'FAILED', message: '', lines };
}

/** `folder`: contains each repository's PEFT folder as `N/adapter`. */
export async function readAdapters(
  folder: string,
  repositories: readonly SubmittedRepository[],
  heard: Heard,
): Promise<JobEnd> {
  for (const { number, steps } of repositories) {
    for (const name of ['adapter_config.json', 'adapter_model.safetensors'] as const) {
      const bytes = await readFile(join(folder, String(number), 'adapter', name)).catch((error: unknown) => {
        throw new ClusterError(
          'damaged',
          `${folder} has no ${number}/adapter/${name}. Give the folder that train.py wrote.`,
          {
            cause: error,
          },
        );
      });
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      heard({ kind: 'part', repository: number, name, part: 0, parts: 1, data: bytes.toString('base64') });
      heard({ kind: 'file', repository: number, name, bytes: bytes.length, sha256 });
    }
    heard({ kind: 'trained', repository: number, steps, seconds: 0 });
  }
  return { status: 'SUCCEEDED', message: '', lines: '' };
}
