/** The settings in effect in a window; a folder may have some of its own. */
import type { Settings } from '../protocol/index.ts';
import type { Client } from './client.ts';
import { readSettings } from './settings.ts';

export class WindowSettings {
  readonly #client: Pick<Client, 'settingsIn'>;
  #current: Settings = readSettings({}).settings;

  constructor(client: Pick<Client, 'settingsIn'>) {
    this.#client = client;
  }

  get current(): Settings {
    return this.#current;
  }

  /** `raw`: the `repotune` section, unchecked. Answers with one sentence for each setting that was not usable. */
  read(raw: unknown): readonly string[] {
    const { settings, problems } = readSettings(raw);
    this.#current = settings;
    return problems;
  }

  /** A folder may have a remote and a policy of its own. */
  async sharingIn(folder: string): Promise<Settings['sharing']> {
    const raw = await this.#client.settingsIn(folder);
    return raw === null ? this.#current.sharing : readSettings(raw).settings.sharing;
  }
}
