import { isolated } from '../../server/common/isolated.ts';
import type { LearningEvent, LearningRecord, Lesson, RepotuneState } from '../../server/protocol/index.ts';
import { details } from '../details.ts';
import { announcement, button, element, replaceContents, setShown, setText } from '../dom.ts';
import { run } from '../host.ts';
import { eventText, keepTunedText, lessonTitle, recordedText, weekHeader, weekRow } from '../learningText.ts';
import type { Answer } from '../messages.ts';
import { table } from '../table.ts';
import { code } from './report.ts';
import type { View } from './view.ts';

/** What was learned when, its effect, and the user's controls. */
export class LearningView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #status = element('p');
  readonly #spoken = announcement();
  readonly #keep = button('Keep Tuned', 'primary', () => run('repotune.keepTuned', this.#on ? 'off' : 'on'));
  readonly #pause = button('Pause Learning', 'secondary', () =>
    run(this.#record?.paused ? 'repotune.resumeLearning' : 'repotune.pauseLearning', 'panel'),
  );
  readonly #recorded = element('p', { class: 'muted' });
  readonly #forgetRecorded = button('Forget What Was Recorded…', 'secondary', () => run('repotune.forgetRecorded'));
  readonly #forgetOpen = button('Forget the Open File…', 'secondary', () => run('repotune.forgetFile'));
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  readonly #lessons = element('div');
  readonly #events = element('ol', { class: 'timeline' });
  /** Wider than a narrow side bar: it scrolls on its own, by keyboard too. */
  readonly #weeks = element('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'By week' });
  readonly #weeksNote = element('p', { class: 'muted' });
  readonly #forgotten = element('ul', { class: 'cards' });
  readonly #none = element('p', { class: 'muted' }, 'No file of this repository is forgotten.');
  #record: LearningRecord | null = null;
  #on = false;
  #keepTuned: RepotuneState['keepTuned'] = null;
  #folder: string | null = null;
  #hasFile = false;

  constructor() {
    setShown(this.#problem, false);
    this.root.append(
      element('h2', {}, 'Learning'),
      this.#status,
      this.#spoken,
      element('div', { class: 'row' }, this.#keep, this.#pause),
      this.#problem,
      element('h3', {}, 'Learned last'),
      this.#lessons,
      element('h3', {}, 'Timeline'),
      this.#events,
      element('h3', {}, 'By week'),
      this.#weeks,
      this.#weeksNote,
      element('h3', {}, 'Forgetting'),
      this.#recorded,
      element('div', { class: 'row' }, this.#forgetOpen, this.#forgetRecorded),
      this.#none,
      this.#forgotten,
    );
    this.#draw();
  }

  update({ folder, folders, keepTuned }: RepotuneState): void {
    const path = folder?.path ?? null;
    this.#keepTuned = keepTuned ?? null;
    this.#on = keepTuned?.on ?? false;
    setText(this.#keep, this.#on ? 'Stop Keeping Tuned' : 'Keep Tuned');
    this.#keep.setAttribute('appearance', this.#on ? 'secondary' : 'primary');
    const where = folders.length > 1 ? ' in all folders' : '';
    setText(
      this.#weeksNote,
      `Accepted: share of all suggestions${where}. Kept: characters of accepted suggestions still there after five minutes. Counted on this machine.`,
    );
    if (path !== this.#folder) {
      this.#folder = path;
      this.#record = null;
      setShown(this.#problem, false);
      this.#draw();
    }
    this.#drawStatus();
  }

  /** Whether the active editor shows a file. */
  hasFile(hasFile: boolean): void {
    this.#hasFile = hasFile;
    this.#drawStatus();
  }

  take(message: Answer): void {
    if (message.question !== 'learning') return;
    setShown(this.#problem, message.type === 'failure');
    if (message.type === 'failure') {
      setText(this.#problem, message.message);
      return;
    }
    this.#record = message.answer;
    this.#draw();
    this.#drawStatus();
  }

  #drawStatus(): void {
    const paused = this.#record?.paused ?? false;
    setText(this.#status, keepTunedText(this.#keepTuned, paused));
    // What it waits for changes too often to listen to.
    setText(this.#spoken, paused ? 'Learning is paused.' : `Keep tuned is ${this.#on ? 'on' : 'off'}.`);
    setText(this.#pause, paused ? 'Resume Learning' : 'Pause Learning');
    // Without either, nothing is learned unasked.
    const isUnasked = this.#on || (this.#record?.recorded.on ?? false);
    setShown(this.#pause, this.#folder !== null && (isUnasked || paused));
    setShown(this.#forgetOpen, this.#folder !== null && this.#hasFile);
  }

  #draw(): void {
    const record = this.#record;
    const { learned = null, events = [], weeks = [], forgotten = [] } = record ?? {};
    replaceContents(this.#lessons, ...lessonParts(learned));
    this.#events.replaceChildren(...events.map(eventItem));
    if (events.length === 0) this.#events.replaceChildren(element('li', { class: 'muted' }, 'Nothing yet.'));
    this.#weeks.replaceChildren(table(weekHeader, weeks.map(weekRow)));
    setShown(this.#recorded, record !== null);
    setText(this.#recorded, record === null ? '' : recordedText(record.recorded, record.standing));
    setShown(this.#forgetRecorded, record !== null && record.recorded.edits + record.standing > 0);
    setShown(this.#none, forgotten.length === 0);
    replaceContents(this.#forgotten, ...forgotten.map(forgottenItem));
  }
}

function lessonParts(learned: LearningRecord['learned']): HTMLElement[] {
  if (learned === null)
    return [element('p', { class: 'muted' }, 'After a tune, the code it taught the model most is shown here.')];
  const { name, createdAtMs, lessons } = learned;
  const about = `By ${isolated(name)}, ${new Date(createdAtMs).toLocaleString()}: the code it was trained on whose loss fell most.`;
  return [element('p', { class: 'muted' }, about), ...lessons.map(lessonPart)];
}

function lessonPart(lesson: Lesson): HTMLElement {
  const { path, line, before, text } = lesson;
  const forget = button('Forget This File…', 'secondary', () => run('repotune.forgetFile', path));
  forget.setAttribute('aria-label', `Forget This File… ${path}`);
  return details(
    `lesson ${path}:${line}`,
    lessonTitle(lesson),
    code('Before the cursor', before),
    code('What it learned', text),
    element('div', { class: 'row' }, forget),
  );
}

const marks = { commits: '·', tune: '◆', gate: '?', serves: '▸' } as const satisfies Record<
  LearningEvent['kind'],
  string
>;

function eventItem(event: LearningEvent): HTMLElement {
  const mark = event.kind === 'gate' ? (event.passed ? '✓' : '✗') : marks[event.kind];
  const date = new Date(event.atMs);
  return element(
    'li',
    {},
    element('span', { class: 'mark', 'aria-hidden': true }, mark),
    element(
      'span',
      {},
      element('time', { datetime: date.toISOString(), class: 'muted' }, date.toLocaleString()),
      element('br'),
      eventText(event),
    ),
  );
}

function forgottenItem(path: string): HTMLElement {
  const again = button('Learn Again', 'secondary', () => run('repotune.learnFileAgain', path));
  again.setAttribute('aria-label', `Learn Again ${path}`);
  return element('li', {}, element('p', { class: 'path' }, path), element('div', { class: 'row' }, again));
}
