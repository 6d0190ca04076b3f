import { grouped } from '../../server/common/format.ts';
import type { LiveArm, LiveComparison, RepotuneState } from '../../server/protocol/index.ts';
import { adapterTitles } from '../adapterTitles.ts';
import { button, element, replaceContents, say, sentence } from '../dom.ts';
import { run } from '../host.ts';
import { percentWithInterval } from '../interval.ts';
import type { Answer } from '../messages.ts';
import { table } from '../table.ts';

/** Two adapters, or one and the base, against each other while the user works. */
export class LiveView {
  readonly root = element('div');
  readonly #body = element('div');
  readonly #said = sentence();
  #names: ReadonlyMap<string, string> = new Map();
  #folder: string | null = null;
  #last: LiveComparison | null = null;

  constructor() {
    this.root.append(element('h3', {}, 'Live comparison'), this.#said, this.#body);
    this.#draw();
  }

  update({ adapters, folder }: RepotuneState): void {
    const path = folder?.path ?? null;
    const moved = path !== this.#folder;
    this.#folder = path;
    if (moved) this.#last = null;
    const names = adapterTitles(adapters);
    const same = names.size === this.#names.size && [...names].every(([id, name]) => this.#names.get(id) === name);
    if (same && !moved) return;
    this.#names = names;
    this.#draw();
  }

  take(message: Answer): void {
    if (message.question !== 'live' || message.type === 'failure') return;
    this.#last = message.answer.comparison;
    this.#draw();
  }

  #draw(): void {
    say(this.#said, ...(this.#names.size === 0 || this.#last === null ? [] : verdict(this.#last)));
    if (this.#names.size === 0) {
      replaceContents(
        this.#body,
        element('p', { class: 'muted' }, 'Once you have an adapter, you can compare it with the base model here.'),
      );
      return;
    }
    replaceContents(this.#body, ...(this.#last === null ? notRunning() : this.#running(this.#last)));
  }

  #running({ startedAt, active, rival }: LiveComparison): HTMLElement[] {
    const cells = (arm: LiveArm): string[] => [
      grouped(arm.counts.offered),
      percentWithInterval(arm.acceptance),
      percentWithInterval(arm.survival),
    ];
    const [ours, theirs] = [cells(active), cells(rival)];
    const rows = ['Offered', 'Accepted', 'Kept after 5 min'].map((name, i) => [name, ours[i]!, theirs[i]!]);
    return [
      element('p', { class: 'muted' }, `Since ${new Date(startedAt).toLocaleString()}; ranges are 95 % intervals.`),
      table(['', this.#nameOf(active), this.#nameOf(rival)], rows),
      element(
        'div',
        { class: 'row' },
        button('End the Live Comparison', 'secondary', () => run('repotune.endLiveComparison')),
      ),
    ];
  }

  #nameOf({ adapter }: LiveArm): string {
    return adapter === null ? 'Base' : (this.#names.get(adapter) ?? adapter);
  }
}

function notRunning(): HTMLElement[] {
  return [
    element(
      'p',
      { class: 'muted' },
      'In a live comparison, half of your documents are completed by the active model and the other half by another one. What you accept shows which is better.',
    ),
    element(
      'div',
      { class: 'row' },
      button('Start a Live Comparison…', 'secondary', () => run('repotune.compareLive')),
    ),
  ];
}

function verdict({ resting, difference }: LiveComparison): HTMLElement[] {
  return [...(resting === null ? [] : [resting]), inWords(difference)].map((text) => element('p', {}, text));
}

function inWords(difference: LiveComparison['difference']): string {
  if (difference === null) return 'There are suggestions in too few documents to tell them apart yet.';
  if (difference.low > 0) return 'Suggestions of the active one are accepted more often.';
  if (difference.high < 0) return 'Suggestions of the other one are accepted more often.';
  return 'There is no clear difference in acceptance yet.';
}
