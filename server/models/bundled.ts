import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BUNDLED_FILE = 'seedling-code-8m-f16.gguf';

/** Said wherever a user meets the bundled base. */
export const BUNDLED_NOTE =
  'The bundled base has 8 million parameters: enough to try Repotune, far too small for daily work. Choose a larger code model for that.';

/** Path of the bundled base, from the sources or from a packed extension; null where it was left out. */
export function bundledModel(from: string = fileURLToPath(import.meta.url)): string | null {
  for (let dir = dirname(from); ; dir = dirname(dir)) {
    const path = join(dir, 'models', BUNDLED_FILE);
    if (existsSync(path)) return path;
    if (dir === dirname(dir)) return null;
  }
}

export function isBundled(modelPath: string): boolean {
  return modelPath.endsWith(BUNDLED_FILE);
}

/** The model to use: the one given, else the bundled one. */
export function resolveModel(given: string | undefined): string {
  if (given) return given;
  const bundled = bundledModel();
  if (bundled === null) throw new Error('No model is given and the bundled one is missing. Pass --model <file.gguf>.');
  return bundled;
}
