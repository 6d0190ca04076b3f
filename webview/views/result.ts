import { counted, duration, grouped } from '../../server/common/format.ts';
import type { RepotuneState } from '../../server/protocol/index.ts';
import type { SampleCompletion } from '../../server/protocol/tune.ts';
import { button, element, Facts, replaceContents, setShown, setText, unbroken } from '../dom.ts';
import { ask, run } from '../host.ts';
import { changeInPercent } from '../interval.ts';
import type { Answer } from '../messages.ts';
import { reportParts, sampleCode } from './report.ts';
import type { View } from './view.ts';

/** Of those that the tab *Tune* counts, as many as the time allowed. */
const LEARNED = 'Pairs learned';
const MEASURED = 'Held-out pairs measured';
const factNames = ['Held-out loss', 'Change', 'Files', LEARNED, MEASURED, 'Steps', 'Training time'] as const;

/** After a run: did it help, measured by the serving engine on files the adapter never saw, and one completion before and after. */
export class ResultView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #none = element(
    'p',
    { class: 'muted' },
    'After a run, its figures are here, and one completion before and after it.',
  );
  readonly #body = element('div');
  readonly #verdict = element('p', { class: 'verdict' });
  /** What to know or to do about it. */
  readonly #more = element('p');
  readonly #again = button('Use or Measure Again…', 'secondary', () => run('repotune.useAdapter', this.#adapterId));
  readonly #facts = new Facts(factNames);
  /** Asked once: the answer becomes the user's setting. */
  readonly #keep = element(
    'div',
    { class: 'offer' },
    element(
      'p',
      {},
      'Keep this adapter tuned as you work? It then goes on learning by itself once enough is committed and the machine is idle, and pauses at once when you type. You can change this in the Learning tab.',
    ),
    element(
      'div',
      { class: 'row' },
      button('Keep Tuned', 'primary', () => run('repotune.keepTuned', 'on')),
      button('No', 'secondary', () => run('repotune.keepTuned', 'off')),
    ),
  );
  readonly #sample = element('div');
  readonly #report = element('div');
  #drawn: string | null = null;
  #asks = false;
  #adapterId = '';

  constructor() {
    const about =
      'Loss says how far the model is from writing the actual code: lower is better. Held-out files are those kept out of training to measure it.';
    const again = element('div', { class: 'row' }, this.#again);
    this.#body.append(this.#verdict, this.#more, again, this.#keep);
    this.#body.append(this.#facts.root, element('p', { class: 'muted' }, about));
    this.#body.append(this.#sample, this.#report);
    this.root.append(element('h2', {}, 'Result'), this.#none, this.#body);
  }

  /** `asks`: the user has not decided yet whether to keep adapters tuned. */
  asks(asks: boolean): void {
    this.#asks = asks;
  }

  update({ lastResult: result, adapters }: RepotuneState): void {
    const refused = adapters.find(
      ({ id, active, standing }) => id === result?.adapterId && !active && standing.kind === 'failed',
    );
    this.#adapterId = refused?.id ?? '';
    setShown(this.#again, refused !== undefined);
    setShown(this.#keep, this.#asks && (result?.activated ?? false));
    setShown(this.#none, result === null);
    setShown(this.#body, result !== null);
    if (this.#drawn === (result?.runId ?? null)) return;
    this.#drawn = result?.runId ?? null;
    if (!result) return;
    const [verdict, more] = verdictOf(unbroken(result.reason));
    setText(this.#verdict, verdict);
    setText(this.#more, more);
    setShown(this.#more, more !== '');
    this.#facts.set('Held-out loss', `${result.heldOutLossBase.toFixed(3)} → ${result.heldOutLossTuned.toFixed(3)}`);
    this.#facts.set('Change', changeInPercent(result.heldOutLossBase, result.heldOutLossTuned));
    this.#facts.set('Files', grouped(result.files));
    this.#facts.set(
      LEARNED,
      result.edits > 0 ? `${grouped(result.pairs)}, and ${counted(result.edits, 'next edit')}` : grouped(result.pairs),
    );
    this.#facts.set(MEASURED, grouped(result.heldOutPairs));
    this.#facts.set('Steps', grouped(result.steps));
    // A stored version knows this of its time alone: the figure stays when the window is opened again.
    this.#facts.set('Training time', duration(result.training?.seconds ?? 60 * result.minutes));
    replaceContents(this.#report);
    replaceContents(this.#sample, ...(result.sample && saysSomething(result.sample) ? sampleParts(result.sample) : []));
    ask('report');
  }

  /** Takes the detailed measurements; without them (an older or foreign version) the figures above stand alone. */
  take(message: Answer): void {
    if (message.question === 'report' && message.type === 'answer') {
      replaceContents(this.#report, ...reportParts(message.answer));
    }
  }
}

/** The first sentence, and the others. */
function verdictOf(reason: string): [string, string] {
  const [, first = reason, others = ''] = /^(.*?[.!?]\)?)\s+(?=[A-Z])(.*)$/s.exec(reason) ?? [];
  return [first, others];
}

/** Where neither model writes anything, there is nothing to compare. */
function saysSomething({ base, tuned }: SampleCompletion): boolean {
  return base !== '' || tuned !== '';
}

function sampleParts(sample: SampleCompletion): HTMLElement[] {
  return [
    element('h3', {}, 'One completion, before and after'),
    element('p', { class: 'path' }, `${sample.path}:${sample.line}`),
    ...sampleCode(sample),
  ];
}
