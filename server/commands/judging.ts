/** The command that measures a version again and lets it serve if it passes, for the folder and the base at hand. */
import { resolve } from 'node:path';
import { isBundled } from '../models/bundled.ts';
import { quoted } from './terminal.ts';

/** Arguments of `repotune eval`, which by default measures on the bundled base. `base`: the adapter's own. */
export function judgingArguments(folder: string, id: string, base: string | null): string[] {
  return [folder, '--adapter', id, '--activate', ...(base === null || isBundled(base) ? [] : ['--model', base])];
}

/** A reason that names this command names it for the current folder and the bundled base: here, for those of the run. */
export function reasonAtHand(reason: string, folder: string, id: string, base: string): string {
  const [named, ...others] = judgingArguments(folder, id, base);
  const words = [...(resolve(folder) === resolve('.') ? [] : [named!]), ...others];
  const line = words.map((word) => quoted(word)).join(' ');
  return reason.replace(`repotune eval --adapter ${id} --activate`, () => `repotune eval ${line}`);
}
