import { duration, fileSize, grouped } from '../../server/common/format.ts';
import type { RepotuneState } from '../../server/protocol/index.ts';
import { isRunning, type Stage, type TuneProgress } from '../../server/protocol/tune.ts';
import { canBeHeld, folderName, progressShare, toldRun } from '../../src/describe.ts';
import { LossChart } from '../chart.ts';
import { announcement, button, element, Facts, setShown, setText } from '../dom.ts';
import { run } from '../host.ts';
import { Elapsed, rateText, spokenOf, stageNames } from '../runText.ts';
import type { View } from './view.ts';

const factNames = ['Step', 'Speed', 'Time left', 'Elapsed', 'Learning rate', 'Memory'] as const;

/** A run in progress, wherever it was started: everything here comes from the server's state. */
export class ProgressView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #none = element('p', { class: 'muted' }, 'No run yet. Start one in the Tune tab.');
  readonly #body = element('div');
  /** The run's folder, if there are several: it may not be the chosen one. */
  readonly #where = element('p', { class: 'where' });
  readonly #stages = new Map<Stage, HTMLElement>();
  readonly #message = element('p');
  /** In its place once the run has ended, since that is announced. */
  readonly #end = element('p', { role: 'status' });
  readonly #spoken = announcement();
  readonly #elapsed = new Elapsed();
  readonly #bar = element('progress', { max: 1, 'aria-label': 'Training progress' });
  readonly #facts = new Facts(factNames);
  readonly #chart = new LossChart();
  readonly #pause = button('Pause', 'secondary', () =>
    run(this.#paused ? 'repotune.resume' : 'repotune.pause', this.#runId),
  );
  readonly #legend: HTMLElement;
  #paused = false;
  #runId: string | undefined;
  readonly #stop = button('Stop', 'secondary', () => run('repotune.stop', this.#runId));
  readonly #interrupted = element(
    'div',
    { class: 'row' },
    button('Continue', 'primary', () => run('repotune.continueRun', this.#runId)),
    button('Discard', 'secondary', () => run('repotune.discardRun', this.#runId)),
  );

  constructor() {
    const list = element('ol', { class: 'stages', 'aria-label': 'Stages' });
    for (const [stage, label] of Object.entries(stageNames) as [Stage, string][]) {
      const item = element('li', {}, label);
      this.#stages.set(stage, item);
      list.append(item);
    }
    this.#legend = element(
      'p',
      { class: 'legend', 'aria-hidden': true },
      element('span', { class: 'key train' }),
      'train loss ',
      element('span', { class: 'key held-out' }),
      'held-out loss',
    );
    this.#body.append(
      this.#where,
      list,
      this.#message,
      this.#end,
      this.#interrupted,
      this.#spoken,
      this.#bar,
      this.#facts.root,
      this.#chart.root,
      this.#legend,
      element('div', { class: 'row' }, this.#pause, this.#stop),
    );
    this.root.append(element('h2', {}, 'Progress'), this.#none, this.#body);
  }

  update(state: RepotuneState): void {
    const { paused } = state;
    const run = toldRun(state);
    this.#paused = paused;
    this.#runId = run?.runId;
    setText(this.#pause, paused ? 'Resume' : 'Pause');
    setShown(this.#none, run === null);
    setShown(this.#body, run !== null);
    if (!run) return;
    const folder = folderName(state, run.folder);
    setShown(this.#where, folder !== null);
    setText(this.#where, folder === null ? '' : `Tuning ${folder}`);
    this.#drawStages(run);
    const running = isRunning(run);
    setText(this.#message, running ? run.message : '');
    setText(this.#spoken, spokenOf(run, paused));
    setText(this.#end, running ? '' : run.message);
    this.#end.classList.toggle('problem', run.stage === 'failed');
    this.#bar.value = run.stage === 'done' ? 1 : progressShare(run);
    this.#facts.set('Step', run.steps > 0 ? `${run.step} of ${run.steps}` : '–');
    this.#facts.set('Speed', run.tokensPerSecond > 0 ? `${grouped(Math.round(run.tokensPerSecond))} tokens/s` : '–');
    this.#facts.set('Time left', run.etaSeconds === null ? '–' : duration(run.etaSeconds));
    this.#facts.set('Elapsed', this.#elapsed.of(run, Date.now()));
    this.#facts.set('Learning rate', run.learningRate > 0 ? rateText(run.learningRate) : '–');
    this.#facts.set('Memory', run.rssBytes > 0 ? fileSize(run.rssBytes) : '–');
    setShown(this.#chart.root, run.curve.length > 0);
    setShown(this.#legend, run.curve.length > 0);
    this.#chart.draw(run.curve);
    setShown(this.#stop, isRunning(run));
    setShown(this.#interrupted, run.resumable ?? false);
    setShown(this.#pause, run.stage === 'training' && canBeHeld(state));
  }

  #drawStages(run: TuneProgress): void {
    const order = Object.keys(stageNames) as Stage[];
    const at = isRunning(run) ? order.indexOf(run.stage) : order.length;
    for (const [index, stage] of order.entries()) {
      const item = this.#stages.get(stage)!;
      const complete = run.stage === 'done' || (index < at && isRunning(run));
      item.className = complete ? 'complete' : index === at ? 'current' : '';
      if (index === at) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    }
  }
}
