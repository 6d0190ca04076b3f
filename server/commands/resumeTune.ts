/** Whether `tune` goes on with an interrupted run: asked for with `--resume`, or offered to a person at a terminal. */
import { resolve } from 'node:path';
import { storeLocation } from '../git/storeLocation.ts';
import { describeInterrupted, findInterrupted } from '../runs/interrupted.ts';
import { tuneLockOf } from '../runs/leftovers.ts';
import type { Interrupted } from '../runs/resumeRecord.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { ownership } from '../storage/lock.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { asked, quoted } from './terminal.ts';

/** The error of a run that failed; where it can go on, it says how. */
export async function sayingHowToGoOn(error: unknown, folder: string, runId: string): Promise<unknown> {
  const found = await storeLocation(folder)
    .then(findInterrupted)
    .catch(() => null);
  if (found?.record.runId !== runId) return error;
  const { step, steps } = found;
  const how = `To continue it from step ${step} of ${steps}, run: repotune tune ${quoted(resolve(folder))} --resume`;
  return new Error(`${messageFor(error)} ${how}`, { cause: error });
}

/** null to start a new one, whose version takes the place of what was interrupted. @throws as `storeLocation` does, or if there is none to resume */
export async function interruptedToResume(
  folder: string,
  resume: boolean,
  quiet: boolean,
): Promise<Interrupted | null> {
  const store = await storeLocation(folder);
  const found = await findInterrupted(store);
  if (resume) {
    if (found !== null) return found;
    if ((await ownership(tuneLockOf(store))) === 'held')
      throw new Error('A tune of this repository is already running. Wait for it or stop it first.');
    throw new Error(
      `There is no interrupted tune of ${folder} to continue: it was replaced or discarded, or none was interrupted in its training. Start a new one (on the command line: without --resume).`,
    );
  }
  if (found === null) return null;
  const what = `A tune of this repository was ${describeInterrupted(found, Date.now())}.`;
  const anew = quiet ? null : await asked(`${what} Start anew instead of continuing it?`);
  if (anew === null) console.error(`repotune: ${what} This one replaces it; --resume would have continued it.`);
  return anew === false ? found : null;
}

/**
 * The folder that an interrupted run goes on in: the one that it was begun in, of whose repository `asked` may be another part, or another
 * work tree; `asked` if that is where the repository is by now.
 */
export async function folderToGoOn(
  { record: { options } }: { readonly record: { readonly options: Pick<TuneOptions, 'folder'> } },
  asked: string,
): Promise<string> {
  const stores = [options.folder, asked].map((folder) => storeLocation(folder).catch(() => null));
  const [begun, now] = await Promise.all(stores);
  return begun !== null && begun === now ? options.folder : asked;
}
