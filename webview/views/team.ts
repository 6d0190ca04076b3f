import { counted, megabytes } from '../../server/common/format.ts';
import type { SharedAdapter, SharedAdapters } from '../../server/protocol/index.ts';
import { announcement, button, element, replaceContents, setText } from '../dom.ts';
import { ask, run } from '../host.ts';
import type { Answer } from '../messages.ts';

/** What colleagues have published. The remote is queried only on request, since that uses the network. */
export class TeamAdapters {
  readonly root = element('div');
  readonly #list = element('div');
  readonly #spoken = announcement();
  /** In the list: what was answered last, kept up with what is downloaded and deleted since. */
  #shown: { readonly item: HTMLElement; adapter: SharedAdapter }[] = [];
  /** Ids of the versions in this clone's store. */
  #here: ReadonlySet<string> = new Set();

  constructor() {
    const look = button('Show Team Adapters', 'secondary', () => {
      this.#say('Asking the git remote…');
      ask('team');
    });
    this.root.append(element('h3', {}, 'Team'), element('div', { class: 'row' }, look), this.#spoken, this.#list);
  }

  /** Another folder has another remote. */
  clear(): void {
    this.#show();
  }

  /** `ids`: of the versions in this clone's store. Redraws only the adapters that came or went. */
  update(ids: readonly string[]): void {
    const before = this.#here;
    this.#here = new Set(ids);
    for (const one of this.#shown) {
      const { id } = one.adapter;
      // The answer may know of one that is in no state yet.
      const here = this.#here.has(id) || (one.adapter.here && !before.has(id));
      if (here === one.adapter.here) continue;
      one.adapter = { ...one.adapter, here };
      replaceContents(one.item, ...card(one.adapter));
    }
  }

  take(message: Answer): void {
    if (message.question !== 'team') return;
    if (message.type === 'failure') this.#say(message.message, 'problem');
    else this.#showAnswer(message.answer);
  }

  #say(text: string, how: 'muted' | 'problem' = 'muted', ...before: readonly HTMLElement[]): void {
    this.#show(...before, element('p', { class: how }, text));
    setText(this.#spoken, text);
  }

  #show(...contents: readonly HTMLElement[]): void {
    setText(this.#spoken, '');
    this.#shown = [];
    replaceContents(this.#list, ...contents);
  }

  #showAnswer({ adapters, warnings }: SharedAdapters): void {
    const notes = warnings.map((warning) => element('p', { class: 'warning' }, warning));
    if (adapters.length === 0) {
      this.#say('No adapters have been shared yet.', 'muted', ...notes);
      return;
    }
    const shown = adapters.map((answered) => {
      // It may have come while the remote was being asked.
      const adapter = { ...answered, here: answered.here || this.#here.has(answered.id) };
      return { adapter, item: element('li', {}, ...card(adapter)) };
    });
    this.#show(...notes, element('ul', { class: 'cards' }, ...shown.map(({ item }) => item)));
    this.#shown = shown;
    setText(this.#spoken, `${counted(adapters.length, 'team adapter')}.`);
  }
}

function card(adapter: SharedAdapter): HTMLElement[] {
  const { id, set, author, createdAtMs, baseName, sizeBytes, heldOutLossBase: base, heldOutLossTuned: tuned } = adapter;
  const score =
    base === null || tuned === null
      ? 'Not evaluated by its author'
      : `Held-out loss ${base.toFixed(3)} → ${tuned.toFixed(3)}, measured by its author`;
  const take = button('Get…', 'secondary', () => run('repotune.getTeamAdapters', id));
  take.setAttribute('aria-label', `Get… ${id}`);
  return [
    element('strong', {}, set),
    ...(adapter.here ? [element('span', { class: 'badge' }, '✓ Downloaded')] : []),
    element('p', {}, score),
    element(
      'p',
      { class: 'muted' },
      `${author} · ${new Date(createdAtMs).toLocaleString()} · ${baseName} · ${megabytes(sizeBytes)}`,
    ),
    ...(adapter.here ? [] : [element('div', { class: 'row' }, take)]),
  ];
}
