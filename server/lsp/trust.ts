/**
 * Which folders a client lets the server work in. An editor with workspace trust starts the server in trusted folders only and says so; any
 * other may open a folder that came out of an archive, and nothing in it is read until its user has decided.
 */
import type { WorkspaceFolder } from 'vscode-languageserver';
import * as z from 'zod';
import { pathWithin } from '../common/pathWithin.ts';
import { pathOf } from '../window/workspace.ts';

/** A `workspace/executeCommand` command: with the URI of one open folder, or without arguments for all that are open. */
export const TRUST_FOLDER = 'repotune.trustFolder';

export const HOW_TO_TRUST =
  'Repotune does nothing in this folder until you trust it, for what lies in it would be read, learned and loaded. ' +
  `If you trust it, run the command ${TRUST_FOLDER}, or let your editor send "trusted": true in initializationOptions.`;

const atStart = z.object({ trusted: z.literal(true) });

export class Trust {
  #everywhere = false;
  readonly #uris = new Set<string>();

  /** Reads the handshake's options. Folders opened later are trusted like the current ones. */
  readOptions(options: unknown): void {
    this.#everywhere = atStart.safeParse(options).success;
  }

  /** Takes the command's arguments; returns whether anything is newly trusted. */
  grant(asked: unknown, open: readonly WorkspaceFolder[]): boolean {
    const meant = open.filter(({ uri }) => (asked === undefined || asked === uri) && !this.covers(uri));
    for (const { uri } of meant) this.#uris.add(uri);
    // A window without folders has only documents.
    const alone = open.length === 0 && asked === undefined && !this.#everywhere;
    if (alone) this.#everywhere = true;
    return alone || meant.length > 0;
  }

  /** Whether the server may act on this folder or document. */
  covers(uri: string): boolean {
    if (this.#everywhere || this.#uris.has(uri)) return true;
    const path = pathOf(uri);
    const trusted = [...this.#uris].flatMap((one) => pathOf(one) ?? []);
    // A document that is not a file lies in no folder that could do harm.
    return path === null ? trusted.length > 0 : trusted.some((folder) => pathWithin(folder, path) !== null);
  }

  of<Folder extends WorkspaceFolder>(folders: readonly Folder[]): Folder[] {
    return folders.filter(({ uri }) => this.covers(uri));
  }

  /** Whether anything is trusted. */
  get any(): boolean {
    return this.#everywhere || this.#uris.size > 0;
  }
}
