/** The package registry for backends: the one that the package was built for; in a checkout, the one npm is configured with. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BackendDownload } from '../common/backendCatalogue.ts';

/** Set by the bundler (script/build.mjs). */
declare const REPOTUNE_REGISTRY: string;

/** Rejects with a message for the user if npm cannot tell, in a checkout. */
export async function archiveUrl({ archive }: BackendDownload): Promise<string> {
  const registry = typeof REPOTUNE_REGISTRY === 'string' ? REPOTUNE_REGISTRY : await npmRegistry();
  // Without a trailing slash, the last part of a registry's path would be replaced.
  return new URL(archive, registry.replace(/\/*$/, '/')).href;
}

async function npmRegistry(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry']);
    return new URL(stdout.trim()).href;
  } catch (error) {
    throw new Error('npm does not say which package registry it uses: run `npm config get registry`.', {
      cause: error,
    });
  }
}
