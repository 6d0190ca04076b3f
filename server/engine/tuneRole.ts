/** Role *tune*: runs one training job and reports. */

import type { Channel } from './channel.ts';
import { type TuneAnswer, tuneCommand } from './messages.ts';
import type { NativeAddon } from './native.ts';
import { openTrainer } from './trainer.ts';
import { failureOf, runLoop } from './training/loop.ts';
import type { TrainJob } from './training/trainJob.ts';

export function serveTuning(addon: NativeAddon, channel: Channel<TuneAnswer>): void {
  const stop = new AbortController();
  let started = false;
  channel.onMessage((message) => {
    const command = tuneCommand.parse(message);
    if (command.kind === 'stop') {
      stop.abort();
    } else if (!started) {
      started = true;
      void run(addon, command.job, channel, stop.signal);
    }
  });
}

async function run(
  addon: NativeAddon,
  job: TrainJob,
  channel: Channel<TuneAnswer>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const trainer = await openTrainer(addon, job.trainer);
    try {
      const outcome = signal.aborted
        ? ({ kind: 'stopped' } as const)
        : await runLoop(
            trainer,
            job,
            (event) => channel.send({ kind: 'event', event }),
            signal,
            undefined,
            // Since the process began.
            performance.now() / 1000,
          );
      channel.send({ kind: 'outcome', outcome });
    } finally {
      trainer.dispose();
    }
  } catch (error) {
    channel.send({ kind: 'outcome', outcome: failureOf(error) });
  }
}
