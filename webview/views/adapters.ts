import { counted } from '../../server/common/format.ts';
import { isolated } from '../../server/common/isolated.ts';
import type { AdapterSummary, RepotuneState } from '../../server/protocol/index.ts';
import { adapterTitles, withTime } from '../adapterTitles.ts';
import { button, element, replaceContents, say, sentence, setShown, setText } from '../dom.ts';
import { run } from '../host.ts';
import { changeInPercent } from '../interval.ts';
import type { AdapterComparison, Answer } from '../messages.ts';
import { pairToCompare } from '../pairToCompare.ts';
import { comparisonParts } from './comparison.ts';
import { TeamAdapters } from './team.ts';
import type { View } from './view.ts';

/** The versions of this repository's adapter, newest first: which one serves, a comparison of two, and what the team shares. */
export class AdaptersView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #none = element('p', { class: 'muted' }, 'No adapter yet. Every finished run adds one.');
  readonly #list = element('ul', { class: 'cards' });
  readonly #behind = element('p');
  readonly #stale = element(
    'div',
    { class: 'row' },
    this.#behind,
    button('Continue Tuning', 'secondary', () => run('repotune.continueTuning')),
  );
  readonly #rollBack = button('Roll Back', 'secondary', () => run('repotune.rollBack'));
  readonly #route = button('Adapter by Folder or Language…', 'secondary', () => run('repotune.routeAdapter'));
  readonly #first = element('select', { 'aria-label': 'First adapter to compare' });
  readonly #second = element('select', { 'aria-label': 'Second adapter to compare' });
  readonly #compared = element('div');
  readonly #verdict = sentence();
  readonly #compare = element(
    'div',
    {},
    element('h3', {}, 'Compare two adapters'),
    element(
      'div',
      { class: 'row' },
      this.#first,
      this.#second,
      button('Compare', 'secondary', () =>
        run('repotune.compareAdapters', `${this.#first.value} ${this.#second.value}`),
      ),
    ),
    this.#verdict,
    this.#compared,
  );
  readonly #team = new TeamAdapters();
  #drawn = '';
  #folder: string | null = null;
  #comparison: AdapterComparison | null = null;

  constructor() {
    this.root.append(
      element('h2', {}, 'Adapters'),
      this.#none,
      this.#list,
      this.#stale,
      element('div', { class: 'row' }, this.#rollBack, this.#route),
      this.#compare,
      this.#team.root,
    );
  }

  update({ folder, adapters, source, previous = null, commitsSinceTune: behind }: RepotuneState): void {
    const path = folder?.path ?? null;
    if (path !== this.#folder) {
      this.#folder = path;
      this.#team.clear();
      this.#drawComparison();
    }
    this.#team.update(adapters.map(({ id }) => id));
    setShown(this.#stale, behind !== null && behind > 0);
    setText(this.#behind, `${counted(behind ?? 0, 'commit')} since the active adapter was tuned.`);
    setShown(this.#none, adapters.length === 0);
    setShown(this.#rollBack, previous !== null);
    this.#rollBack.title = `Switch back to ${previous?.name == null ? 'the base model alone' : isolated(previous.name)}`;
    setShown(this.#route, adapters.length > 0);
    setShown(this.#team.root, path !== null);
    setShown(this.#compare, adapters.length > 1);
    const key = JSON.stringify([adapters, source]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const titles = adapterTitles(adapters);
    const cardOf = (adapter: AdapterSummary): HTMLElement =>
      card(adapter, titles.get(adapter.id) ?? adapter.name, adapter.active && source === 'adapter');
    replaceContents(this.#list, ...adapters.map(cardOf));
    const ids = adapters.map(({ id }) => id);
    const [first, second] = pairToCompare(ids, this.#first.value, this.#second.value);
    offer(this.#first, adapters, first);
    offer(this.#second, adapters, second);
  }

  take(message: Answer): void {
    this.#team.take(message);
  }

  compared(comparison: AdapterComparison): void {
    this.#comparison = comparison;
    this.#drawComparison();
  }

  #drawComparison(): void {
    const known = this.#comparison?.folder === this.#folder ? this.#comparison : null;
    const [verdict, ...figures] = known === null ? [] : comparisonParts(known);
    say(this.#verdict, ...(verdict === undefined ? [] : [verdict]));
    replaceContents(this.#compared, ...figures);
  }
}

function offer(select: HTMLSelectElement, adapters: readonly AdapterSummary[], chosen: string | undefined): void {
  const options = adapters.map((adapter) =>
    element('option', { value: adapter.id, selected: adapter.id === chosen }, withTime(adapter)),
  );
  select.replaceChildren(...options);
}

/** The verdict on one that failed says that it was not activated: where it serves all the same, that is about another moment. */
function verdictOn({ kind, reason }: AdapterSummary['standing'], serving: boolean): string {
  return serving && kind === 'failed' ? `In use all the same. The verdict was: ${reason}` : reason;
}

function card(adapter: AdapterSummary, title: string, serving: boolean): HTMLElement {
  const { id, name, heldOutLossBase: base, heldOutLossTuned: tuned, otherBase, standing } = adapter;
  const score =
    base === null || tuned === null
      ? 'Not evaluated'
      : `Held-out loss ${base.toFixed(3)} → ${tuned.toFixed(3)} (${changeInPercent(base, tuned)})`;
  const when = new Date(adapter.createdAtMs).toLocaleString();
  const item = element(
    'li',
    {},
    element('strong', {}, title),
    ...(serving ? [element('span', { class: 'badge' }, '✓ Active')] : []),
    element('p', {}, score),
    ...(otherBase === undefined
      ? []
      : [element('p', { class: 'muted' }, `For the base ${isolated(otherBase)}, which is not in use.`)]),
    ...(standing.reason === '' ? [] : [element('p', { class: 'muted' }, verdictOn(standing, serving))]),
    element(
      'p',
      { class: 'muted' },
      [title === name ? when : '', adapter.commit.slice(0, 8)].filter(Boolean).join(' · '),
    ),
  );
  const act = (label: string, onClick: () => void): HTMLElement => {
    const made = button(label, 'secondary', onClick);
    made.setAttribute('aria-label', `${label} ${name}, ${when}`);
    return made;
  };
  const actions = [
    ...(serving ? [] : [act('Use', () => run('repotune.useAdapter', id))]),
    act('Publish…', () => run('repotune.publishAdapter', id)),
    act('Details', () => run('repotune.showLineage', id)),
    act('Export…', () => run('repotune.exportAdapter', id)),
    act('Rename…', () => run('repotune.renameAdapter', id)),
    act('Delete…', () => run('repotune.removeAdapter', id)),
  ];
  item.append(element('div', { class: 'row' }, ...actions));
  return item;
}
