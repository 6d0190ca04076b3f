/** What happens when output has nowhere to go. */
import type { EventEmitter } from 'node:events';

type Streams = Readonly<Record<'stdout' | 'stderr', Pick<EventEmitter, 'on'>>>;

/**
 * A reader that leaves, as `head` does, ends no command: whoever started a run may have exited, and the run goes on. Output that is cut short for
 * another reason, such as a full disk, is a failure, although `console.log` says nothing: `onLost` is called, once.
 */
export function surviveLostOutput({ stdout, stderr }: Streams, onLost: (reason: string) => void): void {
  let lost = false;
  stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || lost) return;
    lost = true;
    onLost(code ?? message);
  });
  // There is nowhere left to say it.
  stderr.on('error', () => {});
}
