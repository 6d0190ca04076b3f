/** Where merged models are kept: a cache of the user's, which may be deleted at any time. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function mergedModelsPath(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = env;
  const caches =
    platform === 'win32'
      ? (LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : (XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  return join(caches, 'repotune', 'merged');
}
