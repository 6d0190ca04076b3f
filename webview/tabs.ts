import { element } from './dom.ts';

/** A tab list as WAI-ARIA describes it: arrow keys, Home and End move, and only the chosen tab is in the tab order. */
export class Tabs<Name extends string> {
  readonly root = element('div', { class: 'tabs' });
  readonly #list = element('div', { role: 'tablist', 'aria-label': 'Repotune' });
  readonly #tabs = new Map<Name, HTMLButtonElement>();
  readonly #pages = new Map<Name, HTMLElement>();
  readonly #onChosen: (name: Name) => void;
  #chosen: Name;

  constructor(pages: Readonly<Record<Name, HTMLElement>>, first: Name, onChosen: (name: Name) => void) {
    this.#onChosen = onChosen;
    this.#chosen = first;
    this.root.append(this.#list);
    for (const [name, content] of Object.entries(pages) as [Name, HTMLElement][]) this.#add(name, content);
    this.#list.addEventListener('keydown', (event) => this.#move(event));
    this.choose(first);
  }

  get chosen(): Name {
    return this.#chosen;
  }

  choose(name: Name): void {
    // Hiding a page loses the focus inside it, so it moves to the newly chosen tab.
    const leaves = name !== this.#chosen && this.#pages.get(this.#chosen)!.contains(document.activeElement);
    this.#chosen = name;
    for (const [other, tab] of this.#tabs) {
      const chosen = other === name;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      this.#pages.get(other)!.hidden = !chosen;
    }
    if (leaves) this.#tabs.get(name)!.focus();
    this.#onChosen(name);
  }

  /** Moves the keyboard focus there too. */
  goTo(name: Name): void {
    this.choose(name);
    this.#tabs.get(name)!.focus();
  }

  #add(name: Name, content: HTMLElement): void {
    const id = name.toLowerCase();
    const tab = element(
      'button',
      { role: 'tab', id: `tab-${id}`, 'aria-controls': `page-${id}`, type: 'button' },
      name,
    );
    tab.addEventListener('click', () => this.choose(name));
    const page = element(
      'section',
      { role: 'tabpanel', id: `page-${id}`, 'aria-labelledby': `tab-${id}`, tabindex: 0 },
      content,
    );
    this.#tabs.set(name, tab);
    this.#pages.set(name, page);
    this.#list.append(tab);
    this.root.append(page);
  }

  #move(event: KeyboardEvent): void {
    const names = [...this.#tabs.keys()];
    const at = names.indexOf(this.#chosen);
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % names.length,
      ArrowLeft: (at + names.length - 1) % names.length,
      Home: 0,
      End: names.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.goTo(names[target]!);
  }
}
