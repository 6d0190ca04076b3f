import type { RepotuneState } from '../../server/protocol/index.ts';
import { element, setShown, setText } from '../dom.ts';
import { run } from '../host.ts';
import type { Dropdown } from '../toolkit.ts';

/** Cannot be a path: those are absolute. */
const FOLLOW = 'follow';

/** Shows which of several folders the panel is about, and lets the user choose another. Absent in a window with one folder. */
export class FolderView {
  readonly root = element('div', { class: 'folder' });
  readonly #name = element('strong');
  readonly #choice = element('vscode-dropdown', { 'aria-labelledby': 'folder-label' }) as Dropdown;
  #drawn = '';
  /** The last choice, by whatever way: while the list is open, its own value follows the keys pressed. */
  #chosen: string | null = null;

  constructor() {
    this.#choice.addEventListener('change', () => {
      if (this.#choice.value === this.#chosen || this.#choice.value === '') return;
      this.#chosen = this.#choice.value;
      run('repotune.chooseFolder', this.#chosen === FOLLOW ? '' : this.#chosen);
    });
    const label = element('p', { id: 'folder-label' }, 'Folder ', this.#name);
    this.root.append(label, this.#choice);
  }

  update({ folder, folders }: RepotuneState, followsEditor: boolean): void {
    setShown(this.root, folders.length > 1);
    if (folder === null) return;
    setText(this.#name, folders.find(({ path }) => path === folder.path)?.name ?? folder.name);
    const wanted = followsEditor ? FOLLOW : folder.path;
    const list = JSON.stringify(folders.map(({ path, name }) => [path, name]));
    if (list !== this.#drawn) {
      this.#drawn = list;
      this.#chosen = wanted;
      this.#choice.replaceChildren(
        element('vscode-option', { value: FOLLOW }, 'Follow the active editor'),
        ...folders.map(({ path, name }) => element('vscode-option', { value: path, title: path }, name)),
      );
      // The list picks up new options only a moment after they are added.
      requestAnimationFrame(() => this.#select());
    } else if (wanted !== this.#chosen) {
      this.#chosen = wanted;
      this.#select();
    }
  }

  #select(): void {
    if (this.#chosen !== null) this.#choice.value = this.#chosen;
  }
}
