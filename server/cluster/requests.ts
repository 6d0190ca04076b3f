/** Clients' requests about tunes on a cluster: an offer that lists what would leave, its submission, or declining it. */
import * as z from 'zod';
import type { ClusterOffer, RequestHandlers, TuneAnswer } from '../protocol/index.ts';
import type { ClusterRunOptions } from '../runs/runs.ts';
import { dataFolder } from '../storage/paths.ts';
import { runCommandLine } from '../versions/commandLine.ts';
import { forgetSubmission, readSubmission, submissionFolder } from './submission.ts';

export interface ClusterRequestDependencies {
  /** The folder that a request names, else the chosen one. @throws with a message for the user. */
  folderOf(asked: string | undefined): string;
  modelPath(): string;
  /** The command line's script: rows are tokenized by native code, whose crash must not take this process down. */
  readonly commandLine: string;
  start(options: ClusterRunOptions): Promise<TuneAnswer>;
}

const offerSchema: z.ZodType<ClusterOffer> = z.object({
  submission: z.string(),
  address: z.string(),
  newAddress: z.boolean(),
  plain: z.boolean(),
  base: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), what: z.string() })),
});

export function clusterRequests({
  folderOf,
  modelPath,
  commandLine,
  start,
}: ClusterRequestDependencies): Pick<RequestHandlers, 'clusterOffer' | 'clusterDecline' | 'clusterSubmit'> {
  return {
    clusterOffer: async ({ folder, address, base, device, installed }, { signal }) => {
      const options = [
        ...['--address', address, '--model', modelPath(), '--device', device, '--json'],
        ...(base === '' ? [] : ['--base', base]),
        ...(installed ? ['--installed'] : []),
      ];
      const said = await runCommandLine([commandLine, 'cluster', ...options, '--', 'pack', folderOf(folder)], signal);
      return offerSchema.parse(JSON.parse(said));
    },
    clusterDecline: async ({ submission }) => {
      const { address } = await readSubmission(submissionFolder(dataFolder(), submission));
      // A sent submission is deleted once its adapters have arrived.
      if (address !== null) return false;
      await forgetSubmission(dataFolder(), submission);
      return true;
    },
    clusterSubmit: async ({ submission, address }) => {
      const { repositories } = await readSubmission(submissionFolder(dataFolder(), submission));
      const { runId, folder } = repositories[0]!;
      return await start({ runId, folder, submission, address });
    },
  };
}
