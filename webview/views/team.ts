import { authorNote } from '../../server/common/authorNote.ts';
import { counted, megabytes } from '../../server/common/format.ts';
import { isolated } from '../../server/common/isolated.ts';
import { noneShared } from '../../server/common/noneShared.ts';
import type { SharedAdapter, SharedAdapters } from '../../server/protocol/index.ts';
import { button, element, replaceContents, say, sentence } from '../dom.ts';
import { ask, run } from '../host.ts';
import type { Answer } from '../messages.ts';

/** What colleagues have published. The remote is queried only on request, since that uses the network. */
export class TeamAdapters {
  readonly root = element('div');
  readonly #list = element('div');
  readonly #said = sentence();
  /** In the list: what was answered last, kept up with what is downloaded and deleted since. */
  #shown: { readonly item: HTMLElement; adapter: SharedAdapter }[] = [];
  /** Ids of the versions in this clone's store. */
  #here: ReadonlySet<string> = new Set();

  constructor() {
    const look = button('Show Team Adapters', 'secondary', () => {
      this.#say('Asking the git remote…');
      ask('team');
    });
    this.root.append(element('h3', {}, 'Team'), element('div', { class: 'row' }, look), this.#said, this.#list);
  }

  /** Another folder has another remote. */
  clear(): void {
    this.#show();
    say(this.#said);
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

  #say(text: string, how: 'muted' | 'problem' = 'muted'): void {
    this.#show();
    say(this.#said, element('p', { class: how }, text));
  }

  #show(...contents: readonly HTMLElement[]): void {
    this.#shown = [];
    replaceContents(this.#list, ...contents);
  }

  #showAnswer({ adapters, unusable, warnings }: SharedAdapters): void {
    const notes = warnings.map((warning) => element('p', { class: 'warning' }, warning));
    const found = adapters.length === 0 ? noneShared(unusable, '') : counted(adapters.length, 'team adapter');
    say(this.#said, element('p', { class: 'muted' }, found), ...notes);
    const shown = adapters.map((answered) => {
      // It may have come while the remote was being asked.
      const adapter = { ...answered, here: answered.here || this.#here.has(answered.id) };
      return { adapter, item: element('li', {}, ...card(adapter)) };
    });
    this.#show(element('ul', { class: 'cards' }, ...shown.map(({ item }) => item)));
    this.#shown = shown;
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
    ...(adapter.here ? [element('span', { class: 'badge' }, '✓ On this machine')] : []),
    element('p', {}, score),
    element(
      'p',
      { class: 'muted' },
      `${isolated(author)} · ${new Date(createdAtMs).toLocaleString()} · ${baseName} · ${megabytes(sizeBytes)}`,
    ),
    ...trust(adapter),
    ...(adapter.here ? [] : [element('div', { class: 'row' }, take)]),
  ];
}

/** Who vouches for it, as far as that was looked at. */
function trust(adapter: SharedAdapter): HTMLElement[] {
  const { signature, revoked, otherKey, here } = adapter;
  if (signature === '') return [];
  const note = here ? '' : authorNote(adapter);
  const words = `${signature[0]!.toUpperCase()}${signature.slice(1)}${note === '' ? '' : `, ${note}`}`;
  const isDoubtful = revoked || (otherKey && !here);
  return [element('p', { class: isDoubtful ? 'warning' : 'muted' }, isolated(words))];
}
