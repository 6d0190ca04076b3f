import { element, unbroken } from './dom.ts';

/** A table whose first column names the row. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const head = header.map((name) => element(name === '' ? 'td' : 'th', name === '' ? {} : { scope: 'col' }, name));
  const body = rows.map(([name = '', ...cells]) =>
    element('tr', {}, element('th', { scope: 'row' }, name), ...cells.map((cell) => element('td', {}, unbroken(cell)))),
  );
  return element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
}
