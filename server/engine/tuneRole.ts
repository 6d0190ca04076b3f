/** Role *tune*: runs one training job and reports. */

import { AwakeClock } from '../system/awakeClock.ts';
import { PausableClock } from '../system/pausableClock.ts';
import type { Channel } from './channel.ts';
import { type TuneAnswer, tuneCommand } from './messages.ts';
import type { NativeAddon } from './native.ts';
import { openTrainer } from './trainer.ts';
import { mostTokensOf } from './training/batches.ts';
import { failureOf, type LoopClock, runLoop } from './training/loop.ts';
import type { TrainJob } from './training/trainJob.ts';

/** Loading the code takes a third of a second; of a longer start, most was a pause or sleep. */
const MOST_START_MS = 2000;

export function serveTuning(addon: NativeAddon, channel: Channel<TuneAnswer>): void {
  const startMs = Math.min(performance.now(), MOST_START_MS);
  const stop = new AbortController();
  const awake = new AwakeClock();
  const working = new PausableClock(() => awake.nowMs());
  const clock: LoopClock = { nowMs: () => working.nowMs(), rssBytes: () => process.memoryUsage.rss() };
  const hold = (held: boolean): void => {
    addon.holdComputing(held);
    if (held) working.pause();
    else working.resume();
  };
  // Held threads would keep the process from exiting.
  process.once('exit', () => addon.holdComputing(false));
  let started = false;
  channel.onMessage((message) => {
    const command = tuneCommand.parse(message);
    if (command.kind === 'stop') {
      stop.abort();
      hold(false);
    } else if (command.kind === 'hold') {
      hold(command.held);
    } else if (!started) {
      started = true;
      void run(addon, command.job, channel, stop.signal, clock, startMs);
    }
  });
}

async function run(
  addon: NativeAddon,
  job: TrainJob,
  channel: Channel<TuneAnswer>,
  signal: AbortSignal,
  clock: LoopClock,
  startMs: number,
): Promise<void> {
  try {
    const stepTokens = mostTokensOf({ ...job.trainer, tokensPerStep: job.schedule.tokensPerStep });
    const trainer = await openTrainer(addon, { ...job.trainer, stepTokens });
    try {
      const outcome = signal.aborted
        ? ({ kind: 'stopped' } as const)
        : await runLoop(
            trainer,
            job,
            (event) => channel.send({ kind: 'event', event }),
            signal,
            clock,
            (startMs + clock.nowMs()) / 1000,
          );
      channel.send({ kind: 'outcome', outcome });
    } finally {
      trainer.dispose();
    }
  } catch (error) {
    channel.send({ kind: 'outcome', outcome: failureOf(error) });
  }
}
