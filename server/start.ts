/**
 * Entry point of the server's process in the package: starts the engine's process first, so that the two load their code in parallel. If a
 * client's settings are not known yet, or completions are off, the engine is started when needed.
 */
import { startAhead } from './engine/ahead.ts';
import { SETTINGS_VARIABLE } from './protocol/index.ts';

if (wantsCompletions(process.env[SETTINGS_VARIABLE])) startAhead();
await import('./main.ts');

function wantsCompletions(given: string | undefined): boolean {
  if (given === undefined) return false;
  try {
    return JSON.parse(given).completions?.enabled !== false;
  } catch {
    return false;
  }
}
