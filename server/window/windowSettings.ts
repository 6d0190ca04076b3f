/** The settings in effect in a window; a folder may have some of its own. */

import * as z from 'zod';
import { type NarrowedSetting, narrow } from '../common/narrowing.ts';
import { readSettings } from '../common/settings.ts';
import type { Settings } from '../protocol/index.ts';
import type { Client } from './client.ts';

export class WindowSettings {
  readonly #client: Pick<Client, 'settingsIn'>;
  #current: Settings = readSettings({}).settings;
  #problems: readonly string[] = [];

  constructor(client: Pick<Client, 'settingsIn'>) {
    this.#client = client;
  }

  get current(): Settings {
    return this.#current;
  }

  /**
   * `raw`: the `repotune` section, unchecked. Returns one sentence per unusable setting, except for those of the reading before: all are
   * read again when any of them changes.
   */
  read(raw: unknown): readonly string[] {
    const { settings, problems } = readSettings(raw);
    const known = this.#problems;
    this.#current = settings;
    this.#problems = problems;
    return problems.filter((problem) => !known.includes(problem));
  }

  /** A folder can only turn it off. */
  async recordsEditsIn(folder: string): Promise<boolean> {
    const mine = this.#current.nextEdit.record;
    if (!mine) return false;
    const raw = z
      .object({ nextEdit: z.object({ record: z.unknown() }) })
      .safeParse(await this.#client.settingsIn(folder));
    return narrow('nextEdit.record', mine, raw.data?.nextEdit.record) === true;
  }

  /** A folder may have its own remote and policy, provided they are no wider than the user's. */
  async sharingIn(folder: string): Promise<Settings['sharing']> {
    const raw = z
      .object({ sharing: z.record(z.string(), z.unknown()) })
      .safeParse(await this.#client.settingsIn(folder));
    const theirs = raw.data?.sharing ?? {};
    const { sharing } = this.#current;
    const inEffect = Object.entries(sharing).map(([name, mine]) => {
      const given = theirs[name];
      return [name, given === undefined ? mine : narrow(`sharing.${name}` as NarrowedSetting, mine, given)];
    });
    return readSettings({ sharing: Object.fromEntries(inEffect) }).settings.sharing;
  }
}
