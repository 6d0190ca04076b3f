/** Elements are created once and updated in place: redrawing four times a second must not steal the focus. */

type Attributes = Readonly<Record<string, string | number | boolean>>;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes?: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name];
export function element(name: string, attributes?: Attributes, ...children: readonly (Node | string)[]): HTMLElement;
export function element(
  name: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '');
    else if (value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Hiding an element loses the focus inside it, so the focus moves to the nearest enclosing part of the panel. */
export function setShown(target: HTMLElement, shown: boolean): void {
  if (target.hidden !== shown) return;
  const around = !shown && target.contains(document.activeElement) ? placeAround(target) : null;
  target.hidden = !shown;
  around?.focus();
}

/** Disabling a control loses the focus, as hiding it does. */
export function setEnabled(target: HTMLElement, enabled: boolean): void {
  if (target.hasAttribute('disabled') !== enabled) return;
  const around = !enabled && target.contains(document.activeElement) ? placeAround(target) : null;
  target.toggleAttribute('disabled', !enabled);
  around?.focus();
}

/** Replaces the contents with `nodes`. A focused control passes its focus to the one of the same name, else to the enclosing part. */
export function replaceContents(target: HTMLElement, ...nodes: readonly (Node | string)[]): void {
  const focused = target.contains(document.activeElement) ? document.activeElement : null;
  target.replaceChildren(...nodes);
  if (focused === null) return;
  const name = nameOf(focused);
  const same = [...target.querySelectorAll<HTMLElement>(focused.tagName)].find(
    (one) => nameOf(one) === name && one.closest('[hidden]') === null,
  );
  (same ?? placeAround(target))?.focus();
}

/** The control's name as assistive technology reads it. */
function nameOf(control: Element): string {
  return control.getAttribute('aria-label') ?? control.textContent ?? '';
}

function placeAround(target: HTMLElement): HTMLElement | null {
  return target.parentElement?.closest<HTMLElement>('[tabindex]') ?? null;
}

/** Announced by screen readers, in place of what is seen, which changes too often or comes into view too late. */
export function announcement(): HTMLElement {
  return element('p', { class: 'spoken', role: 'status' });
}

/** A sentence that screen readers announce when it changes: the list or table below it is too long to listen to. */
export function sentence(): HTMLElement {
  return element('div', { role: 'status' });
}

/** What is said already is not announced again. */
export function say(target: HTMLElement, ...parts: readonly HTMLElement[]): void {
  if (parts.map(({ textContent }) => textContent).join('') !== target.textContent) replaceContents(target, ...parts);
}

/** One of the toolkit's buttons. */
export function button(label: string, appearance: 'primary' | 'secondary', onClick: () => void): HTMLElement {
  const made = element('vscode-button', { appearance }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** Keeps a figure and its unit, and a figure before and after, on one line of a narrow column. */
export function unbroken(text: string): string {
  const joined = text.replace(/(\d) → (?=\d)/g, '$1\u00a0→\u00a0');
  return joined.replace(/(\d) (?=(?:%|ms|s|min|h|MB|GB)(?:\W|$))/g, '$1\u00a0');
}

/** Name-value rows, as a description list. */
export class Facts<Name extends string> {
  readonly root = element('dl', { class: 'facts' });
  readonly #values = new Map<Name, HTMLElement>();

  constructor(names: readonly Name[]) {
    for (const name of names) {
      const value = element('dd', {}, '–');
      this.#values.set(name, value);
      this.root.append(element('dt', {}, name), value);
    }
  }

  set(name: Name, value: string): void {
    const target = this.#values.get(name);
    if (target) setText(target, unbroken(value));
  }
}
