import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { BUNDLED_BASE } from '../common/bundledBase.ts';
import { bundledModelPath } from '../storage/paths.ts';

/** Note for the command line. */
export const BUNDLED_NOTE = `${BUNDLED_BASE} Choose a larger code model for that.`;

/** Path of the bundled base; null if it was left out of the package. */
export function bundledModel(): string | null {
  const path = bundledModelPath();
  return existsSync(path) ? path : null;
}

export function isBundled(modelPath: string): boolean {
  return modelPath.endsWith(basename(bundledModelPath()));
}

/** Absolute path of the model to use: the given one, else the bundled one. */
export function resolveModel(given: string | undefined): string {
  const path = typedPath(given ?? '');
  if (path !== '') return resolve(path);
  const bundled = bundledModel();
  if (bundled === null)
    throw new Error(
      'No base model was chosen, and the bundled one is missing. Choose one with "Repotune: Choose Base Model…" (on the command line: --model), or reinstall Repotune.',
    );
  return bundled;
}

/** A path as people type it into a setting: `~` for the home folder, which no shell replaces there, and quotes, which Windows copies with it. */
function typedPath(text: string): string {
  const path = text.trim().replace(/^"(.*)"$/, '$1');
  return /^~(?=[\\/]|$)/.test(path) ? join(homedir(), path.slice(1)) : path;
}
