/** Which adapter completes where in a repository: parts of a monorepo, or languages, may have their own. */
import { join } from 'node:path';
import * as z from 'zod';
import { IgnoreRules } from '../mining/ignorePattern.ts';
import { adapterIdSchema } from '../protocol/manifest.ts';
import { withLock } from '../storage/lock.ts';
import { NewerRelease, requireKnownFormat } from '../storage/newerRelease.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

const MOST_GLOB = 500;
const MOST_LANGUAGE = 100;
const MOST_ROUTES = 200;

const routeSchema = z
  .strictObject({
    /** As in .gitignore, relative to the repository's root; every file if absent. */
    glob: z.string().min(1).max(MOST_GLOB).exactOptional(),
    /** LSP language id; every language if absent. */
    language: z.string().min(1).max(MOST_LANGUAGE).exactOptional(),
    /** null: the base alone. */
    adapter: adapterIdSchema.nullable(),
  })
  .refine(({ glob, language }) => glob !== undefined || language !== undefined, 'a route names a glob or a language');
const fileSchema = z.object({ format: z.literal(1), routes: z.array(routeSchema).max(MOST_ROUTES) });

const MOST_BYTES = 2 ** 20;

export type Route = Readonly<z.infer<typeof routeSchema>>;

/** In the order in which they are tried. @throws if the file is damaged: another adapter must not silently take over. */
export async function readRoutes(storeDir: string): Promise<readonly Route[]> {
  const path = join(storeDir, 'routes.json');
  try {
    const value: unknown = JSON.parse(await readBounded(path, MOST_BYTES));
    requireKnownFormat(path, value);
    return fileSchema.parse(value).routes;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    // A file system error or a newer release, not a damaged file.
    if (code !== undefined || error instanceof NewerRelease) throw error;
    throw new Error(
      `${path} is damaged. Delete it, and choose again: "Repotune: Choose an Adapter by Folder or Language…" (on the command line: repotune adapters route).`,
      { cause: error },
    );
  }
}

/** Replaces the route for the same glob and language; the others keep their order. @throws with a message for the user */
export async function setRoute(storeDir: string, route: Route): Promise<readonly Route[]> {
  requireLength(route.glob, MOST_GLOB, 'A pattern of files');
  requireLength(route.language, MOST_LANGUAGE, 'The id of a language');
  const checked = routeSchema.parse(route);
  return await changeRoutes(storeDir, (routes) =>
    routes.some((one) => samePlace(one, checked))
      ? routes.map((one) => (samePlace(one, checked) ? checked : one))
      : [...routes, checked],
  );
}

export async function removeRoutes(storeDir: string, goes: (route: Route) => boolean): Promise<readonly Route[]> {
  if ((await readRoutes(storeDir)).length === 0) return [];
  return await changeRoutes(storeDir, (routes) => routes.filter((route) => !goes(route)));
}

/** The first match; null if the active adapter serves. `path` is relative to the repository's root, '/' separated. */
export function routeFor(routes: readonly Route[], path: string, languageId: string): Route | null {
  return (
    routes.find(({ glob, language }) => {
      if (language !== undefined && language !== languageId) return false;
      return glob === undefined || (path !== '' && new IgnoreRules(glob).ignores(path));
    }) ?? null
  );
}

export function samePlace(a: Pick<Route, 'glob' | 'language'>, b: Pick<Route, 'glob' | 'language'>): boolean {
  return a.glob === b.glob && a.language === b.language;
}

function requireLength(text: string | undefined, most: number, what: string): void {
  if (text !== undefined && (text === '' || text.length > most))
    throw new Error(`${what} has 1 to ${most} characters.`);
}

async function changeRoutes(
  storeDir: string,
  next: (routes: readonly Route[]) => readonly Route[],
): Promise<readonly Route[]> {
  await makeStoreFolder(storeDir);
  return await withLock(join(storeDir, 'routes.lock'), 'changing the routes', async () => {
    const routes = next(await readRoutes(storeDir));
    // More could not be read any more.
    if (routes.length > MOST_ROUTES)
      throw new Error(
        `There are ${MOST_ROUTES} routes already. Remove some (on the command line: repotune adapters unroute), or name a folder above them.`,
      );
    await writeAside(join(storeDir, 'routes.json'), `${JSON.stringify({ format: 1, routes }, null, 2)}\n`);
    return routes;
  });
}
