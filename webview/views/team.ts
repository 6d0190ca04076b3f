import { megabytes } from '../../server/common/format.ts';
import type { SharedAdapter, SharedAdapters } from '../../server/protocol/index.ts';
import { button, element, replaceContents } from '../dom.ts';
import { ask, run } from '../host.ts';
import type { Answer } from '../messages.ts';

/** What colleagues have published. The remote is queried only on request, since that uses the network. */
export class TeamAdapters {
  readonly root = element('div');
  readonly #list = element('div', { 'aria-live': 'polite' });

  constructor() {
    const look = button('Show Team Adapters', 'secondary', () => {
      replaceContents(this.#list, element('p', { class: 'muted' }, 'Asking the git remote…'));
      ask('team');
    });
    this.root.append(element('h3', {}, 'Team'), element('div', { class: 'row' }, look), this.#list);
  }

  /** Another folder has another remote. */
  clear(): void {
    replaceContents(this.#list);
  }

  take(message: Answer): void {
    if (message.question !== 'team') return;
    if (message.type === 'failure') replaceContents(this.#list, element('p', { class: 'problem' }, message.message));
    else replaceContents(this.#list, ...parts(message.answer));
  }
}

function parts({ adapters, warnings }: SharedAdapters): HTMLElement[] {
  const notes = warnings.map((warning) => element('p', { class: 'warning' }, warning));
  if (adapters.length === 0) return [...notes, element('p', { class: 'muted' }, 'No adapters have been shared yet.')];
  return [...notes, element('ul', { class: 'cards' }, ...adapters.map(card))];
}

function card(adapter: SharedAdapter): HTMLElement {
  const { id, set, author, createdAtMs, baseName, sizeBytes, heldOutLossBase: base, heldOutLossTuned: tuned } = adapter;
  const score =
    base === null || tuned === null
      ? 'Not evaluated by its author'
      : `Held-out loss ${base.toFixed(3)} → ${tuned.toFixed(3)}, measured by its author`;
  const take = button('Get…', 'secondary', () => run('repotune.getTeamAdapters', id));
  take.setAttribute('aria-label', `Get ${id}`);
  return element(
    'li',
    {},
    element('strong', {}, set),
    ...(adapter.here ? [element('span', { class: 'badge' }, '✓ Downloaded')] : []),
    element('p', {}, score),
    element(
      'p',
      { class: 'muted' },
      `${author} · ${new Date(createdAtMs).toLocaleString()} · ${baseName} · ${megabytes(sizeBytes)}`,
    ),
    ...(adapter.here ? [] : [element('div', { class: 'row' }, take)]),
  );
}
