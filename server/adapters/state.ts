/** The mutable part of a store: which version serves, which did before, and names given by users. */
import { join } from 'node:path';
import * as z from 'zod';
import { parseWithoutControls } from '../common/controls.ts';
import { adapterIdSchema } from '../protocol/manifest.ts';
import { withLock } from '../storage/lock.ts';
import { NewerRelease, requireKnownFormat } from '../storage/newerRelease.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

const stateSchema = z.object({
  format: z.literal(1),
  active: adapterIdSchema.nullable(),
  /** Versions that served before, the latest last; `null` is the base alone. */
  history: z.array(adapterIdSchema.nullable()).max(1000),
  names: z.record(adapterIdSchema, z.string().min(1).max(100)),
});

export type StoreState = Readonly<z.infer<typeof stateSchema>>;

const EMPTY: StoreState = { format: 1, active: null, history: [], names: {} };
const MOST_HISTORY = 100;
const MOST_BYTES = 2 ** 20;

/** @throws if the file exists but is damaged: an adapter must not change because a file went bad. */
export async function readState(dir: string): Promise<StoreState> {
  const path = join(dir, 'state.json');
  try {
    const value = parseWithoutControls(await readBounded(path, MOST_BYTES));
    requireKnownFormat(path, value);
    return stateSchema.parse(value);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return EMPTY;
    // A file system error or a newer release, not a damaged file.
    if (code !== undefined || error instanceof NewerRelease) throw error;
    throw new Error(`${path} is damaged. Delete it to start from the base model; the adapters beside it stay.`, {
      cause: error,
    });
  }
}

/** Changes the state under a lock shared by all processes. */
export async function changeState(dir: string, change: (state: StoreState) => StoreState): Promise<StoreState> {
  const path = join(dir, 'state.json');
  await makeStoreFolder(dir);
  return await withLock(join(dir, 'state.lock'), 'changing the active adapter', async () => {
    const next = change(await readState(dir));
    await writeAside(path, `${JSON.stringify({ ...next, history: next.history.slice(-MOST_HISTORY) }, null, 2)}\n`);
    return next;
  });
}

/** Makes `active` serve, remembering what did before. */
export function switchTo(state: StoreState, active: string | null): StoreState {
  return active === state.active ? state : { ...state, active, history: [...state.history, state.active] };
}

/** The state before the last switch that still counts; null if there is none. `present`: versions that may serve. */
export function rolledBack(state: StoreState, present: ReadonlySet<string>): StoreState | null {
  const history = state.history.filter((id) => id === null || present.has(id));
  // Next to each other once what served in between is deleted.
  while (history.length > 0 && history.at(-1) === state.active) history.pop();
  if (history.length === 0) return null;
  return { ...state, active: history.at(-1) ?? null, history: history.slice(0, -1) };
}
