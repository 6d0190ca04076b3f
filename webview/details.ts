import { element } from './dom.ts';
import { remember, remembered } from './host.ts';
import { withOpen } from './memory.ts';

/** A collapsed section that stays as the user left it. `key` is unique within the panel. */
export function details(key: string, summary: string, ...content: readonly HTMLElement[]): HTMLElement {
  const made = element('details', {}, element('summary', {}, summary), ...content);
  made.open = remembered().open.includes(key);
  made.addEventListener('toggle', () => {
    const { open } = remembered();
    if (open.includes(key) !== made.open) remember({ open: withOpen(open, key, made.open) });
  });
  return made;
}
