import { grouped } from '../../server/common/format.ts';
import type { CompletionStatistics, RepotuneState } from '../../server/protocol/index.ts';
import { aboutActivity, dayText, recentDays, summarize } from '../activity.ts';
import { button, element, Facts, replaceContents, setShown, setText } from '../dom.ts';
import { run } from '../host.ts';
import type { Answer } from '../messages.ts';
import { LiveView } from './live.ts';
import type { View } from './view.ts';

const factNames = [
  'Offered',
  'Accepted',
  'Words and lines taken',
  'Kept after 30 s',
  'Kept after 5 min',
  'Latency (median / 95 % within)',
  'CPU time',
  'CPU time per suggestion',
] as const;

/** How suggestions fared. Counted on this machine, and kept there. */
export class ActivityView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #facts = new Facts(factNames);
  readonly #days = element('tbody');
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  readonly #about = element('p', { class: 'muted' });
  readonly #clear = button('Clear Statistics…', 'secondary', () => run('repotune.clearStatistics'));
  readonly #live = new LiveView();

  constructor() {
    const head = element(
      'tr',
      {},
      ...['Day', 'Offered', 'Accepted'].map((name) => element('th', { scope: 'col' }, name)),
    );
    this.#problem.hidden = true;
    setShown(this.#clear, false);
    this.root.append(
      element('h2', {}, 'Activity'),
      this.#about,
      this.#problem,
      this.#facts.root,
      this.#live.root,
      element('h3', {}, 'By day'),
      // As the table of weeks: a side bar can be narrower than its words.
      element(
        'div',
        { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'By day' },
        element('table', {}, element('thead', {}, head), this.#days),
      ),
      element('div', { class: 'row' }, this.#clear),
    );
  }

  update(state: RepotuneState): void {
    setText(this.#about, aboutActivity(state));
    this.#live.update(state);
  }

  take(message: Answer): void {
    this.#live.take(message);
    if (message.question !== 'statistics') return;
    this.#problem.hidden = message.type !== 'failure';
    if (message.type === 'failure') this.#problem.textContent = message.message;
    else this.#draw(message.answer);
  }

  #draw({ days }: CompletionStatistics): void {
    setShown(this.#clear, days.length > 0);
    const recent = recentDays(days, Date.now());
    const sum = summarize(recent);
    this.#facts.set('Offered', grouped(sum.offered));
    this.#facts.set('Accepted', sum.accepted);
    this.#facts.set('Words and lines taken', sum.inPart);
    this.#facts.set('Kept after 30 s', sum.kept30s);
    this.#facts.set('Kept after 5 min', sum.kept5min);
    this.#facts.set('CPU time', sum.cpu);
    this.#facts.set('CPU time per suggestion', sum.each);
    this.#facts.set('Latency (median / 95 % within)', sum.latency);
    const rows = recent
      .toReversed()
      .map(({ day, offered, accepted }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, dayText(day)),
          element('td', {}, grouped(offered)),
          element('td', {}, grouped(accepted)),
        ),
      );
    const none = element(
      'tr',
      {},
      element('td', { colspan: 3 }, days.length > 0 ? 'No suggestions in these days.' : 'No suggestions yet.'),
    );
    replaceContents(this.#days, ...(rows.length > 0 ? rows : [none]));
  }
}
