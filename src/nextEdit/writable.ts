import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

/** The owner may write. */
const WRITABLE_MODE = 0o200;

/** Whether the file in view may be written: found once for each visit, where the files are. No vscode here. */
export class Writable {
  #known: { readonly path: string; readonly may: Promise<boolean> } | null = null;

  async is(path: string): Promise<boolean> {
    if (this.#known?.path !== path) this.#known = { path, may: mayWrite(path) };
    const known = this.#known;
    const may = await known.may;
    // Somebody may check it out, or restore it, while it is in view.
    if (!may && this.#known === known) this.#known = null;
    return may;
  }
}

async function mayWrite(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    // The administrator may write everything; the editor asks before it does.
    return ((await stat(path)).mode & WRITABLE_MODE) !== 0;
  } catch {
    return false;
  }
}
