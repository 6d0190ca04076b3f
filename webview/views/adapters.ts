import type { AdapterSummary, RepotuneState } from '../../server/protocol.ts';
import { button, element, setShown } from '../dom.ts';
import { run } from '../host.ts';
import type { View } from './view.ts';

/** The versions of this repository's adapter, newest first, and which one serves. */
export class AdaptersView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #none = element('p', { class: 'muted' }, 'No adapter yet: each run that ends adds one.');
  readonly #list = element('ul', { class: 'cards' });
  #drawn = '';

  constructor() {
    this.root.append(element('h2', {}, 'Adapters'), this.#none, this.#list);
  }

  update({ adapters, source }: RepotuneState): void {
    setShown(this.#none, adapters.length === 0);
    const key = JSON.stringify([adapters, source]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#list.replaceChildren(...adapters.map((adapter) => card(adapter, adapter.active && source === 'adapter')));
  }
}

function card(adapter: AdapterSummary, serving: boolean): HTMLElement {
  const { heldOutLossBase: base, heldOutLossTuned: tuned } = adapter;
  const score =
    base === null || tuned === null
      ? 'Not evaluated'
      : `Held-out loss ${base.toFixed(3)} → ${tuned.toFixed(3)} (${((tuned / base - 1) * 100).toFixed(1)} %)`;
  const item = element(
    'li',
    {},
    element('strong', {}, adapter.name),
    element('p', {}, score),
    element(
      'p',
      { class: 'muted' },
      [new Date(adapter.createdAtMs).toLocaleString(), adapter.commit.slice(0, 8)].filter(Boolean).join(' · '),
    ),
  );
  if (serving) item.append(element('p', { class: 'serving' }, 'Active'));
  else item.append(button(`Use ${adapter.name}`, 'secondary', () => run('repotune.useAdapter', adapter.id)));
  return item;
}
