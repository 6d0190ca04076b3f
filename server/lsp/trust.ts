/**
 * In which folders a client lets the server work. An editor with workspace trust starts the server in trusted folders alone and says so;
 * any other opens a folder that may have come out of an archive, and nothing is read there until its user has decided.
 */
import type { WorkspaceFolder } from 'vscode-languageserver';
import * as z from 'zod';
import { pathOf, pathWithin } from '../window/workspace.ts';

/** By `workspace/executeCommand`: with the URI of one open folder, or for all that are open. */
export const TRUST_FOLDER = 'repotune.trustFolder';

export const HOW_TO_TRUST =
  'Repotune does nothing in this folder until you trust it, for what lies in it would be read, learned and loaded. ' +
  `If you trust it, run the command ${TRUST_FOLDER}, or let your editor send "trusted": true in initializationOptions.`;

const atStart = z.object({ trusted: z.literal(true) });

export class Trust {
  #everywhere = false;
  readonly #uris = new Set<string>();

  /** What the handshake says. Folders that are opened later are trusted as those of now. */
  readOptions(options: unknown): void {
    this.#everywhere = atStart.safeParse(options).success;
  }

  /** Takes the command's arguments; whether anything is trusted by it that was not. */
  grant(asked: unknown, open: readonly WorkspaceFolder[]): boolean {
    const meant = open.filter(({ uri }) => (asked === undefined || asked === uri) && !this.covers(uri));
    for (const { uri } of meant) this.#uris.add(uri);
    // A window without folders has documents alone.
    const alone = open.length === 0 && asked === undefined && !this.#everywhere;
    if (alone) this.#everywhere = true;
    return alone || meant.length > 0;
  }

  /** Whether something may be done for this folder or document. */
  covers(uri: string): boolean {
    if (this.#everywhere || this.#uris.has(uri)) return true;
    const path = pathOf(uri);
    const trusted = [...this.#uris].flatMap((one) => pathOf(one) ?? []);
    // A document that is no file lies in no folder that could harm.
    return path === null ? trusted.length > 0 : trusted.some((folder) => pathWithin(folder, path) !== null);
  }

  of<Folder extends WorkspaceFolder>(folders: readonly Folder[]): Folder[] {
    return folders.filter(({ uri }) => this.covers(uri));
  }

  /** Whether there is anything to do at all. */
  get any(): boolean {
    return this.#everywhere || this.#uris.size > 0;
  }
}
