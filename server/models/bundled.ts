import { existsSync } from 'node:fs';
import { basename } from 'node:path';
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

/** The model to use: the given one, else the bundled one. */
export function resolveModel(given: string | undefined): string {
  if (given) return given;
  const bundled = bundledModel();
  if (bundled === null)
    throw new Error(
      'No base model was chosen, and the bundled one is missing. Choose one with "Repotune: Choose Base Model…" (on the command line: --model), or reinstall Repotune.',
    );
  return bundled;
}
