import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

/** The owner may write. */
const WRITABLE_MODE = 0o200;

/** Whether the file in view may be written: looked up once per visit, on the machine that holds the files. No vscode here. */
export class Writable {
  #known: { readonly path: string; readonly may: Promise<boolean> } | null = null;

  async is(path: string): Promise<boolean> {
    if (this.#known?.path !== path) this.#known = { path, may: mayWrite(path) };
    const known = this.#known;
    const may = await known.may;
    // It may be checked out or restored while in view.
    if (!may && this.#known === known) this.#known = null;
    return may;
  }
}

async function mayWrite(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    // Root may write everything; the editor asks before it does.
    return ((await stat(path)).mode & WRITABLE_MODE) !== 0;
  } catch {
    return false;
  }
}
