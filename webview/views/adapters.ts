import type { AdapterSummary, RepotuneState } from '../../server/protocol.ts';
import { button, element, setShown } from '../dom.ts';
import { run } from '../host.ts';
import type { View } from './view.ts';

/** The versions of this repository's adapter, newest first, and which one serves. */
export class AdaptersView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #none = element('p', { class: 'muted' }, 'No adapter yet: each run that ends adds one.');
  readonly #list = element('ul', { class: 'cards' });
  readonly #rollBack = button('Roll Back', 'secondary', () => run('repotune.rollBack'));
  #drawn = '';

  constructor() {
    this.root.append(element('h2', {}, 'Adapters'), this.#none, this.#list, this.#rollBack);
  }

  update({ adapters, source }: RepotuneState): void {
    setShown(this.#none, adapters.length === 0);
    setShown(this.#rollBack, adapters.length > 0);
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
  const place = `${adapter.name}, ${new Date(adapter.createdAtMs).toLocaleString()}`;
  const use = button('Use', 'secondary', () => run('repotune.useAdapter', adapter.id));
  use.setAttribute('aria-label', `Use ${place}`);
  const remove = button('Delete', 'secondary', () => run('repotune.removeAdapter', adapter.id));
  remove.setAttribute('aria-label', `Delete ${place}`);
  if (serving) item.append(element('p', { class: 'serving' }, '✓ Active'));
  item.append(element('div', { class: 'row' }, ...(serving ? [remove] : [use, remove])));
  return item;
}
