import { element } from './dom.ts';
import { remember, remembered } from './host.ts';
import { withOpen } from './memory.ts';

/** A part that is closed until it is wanted, and stays as the user left it. `key` tells it from all others of the panel. */
export function details(key: string, summary: string, ...content: readonly HTMLElement[]): HTMLElement {
  const made = element('details', {}, element('summary', {}, summary), ...content);
  made.open = remembered().open.includes(key);
  made.addEventListener('toggle', () => {
    const { open } = remembered();
    if (open.includes(key) !== made.open) remember({ open: withOpen(open, key, made.open) });
  });
  return made;
}
