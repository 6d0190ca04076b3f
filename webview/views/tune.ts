import type { PresetPlan, RepotuneState, TunePreview } from '../../server/protocol.ts';
import { isRunning } from '../../src/describe.ts';
import { button, element, setShown, setText } from '../dom.ts';
import { run } from '../host.ts';
import type { Answer } from '../messages.ts';
import type { View } from './view.ts';

const presetNames = { quick: 'Quick', balanced: 'Balanced', thorough: 'Thorough' } as const;

/** Before a run: what will be learned from, how much it may take, and the button. */
export class TuneView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #folder = element('p', { class: 'path' });
  readonly #found = element(
    'div',
    { 'aria-live': 'polite' },
    element('p', { class: 'muted' }, 'Looking at the files…'),
  );
  readonly #presets = element('fieldset', { class: 'presets' }, element('legend', {}, 'How much'));
  readonly #start = button('Tune on This Repository', 'primary', () => run('repotune.tunePreset', this.#preset));
  readonly #busy = element('p', { class: 'muted' }, 'A run is going on: see Progress.');
  #preset: string = 'balanced';

  constructor() {
    const more = element(
      'div',
      { class: 'row' },
      button('Choose Base Model…', 'secondary', () => run('repotune.chooseModel')),
      button('Settings', 'secondary', () => run('repotune.settings')),
    );
    this.#presets.hidden = true;
    const about =
      'A small adapter is trained on a frozen copy of the base model. Some files are held out to measure whether it helped. Nothing leaves this machine.';
    this.root.append(element('h2', {}, 'Tune on this repository'), this.#folder, element('p', {}, about));
    this.root.append(this.#presets, this.#start, this.#busy, more, this.#found);
  }

  update({ run: now, folder }: RepotuneState): void {
    const busy = now !== null && isRunning(now);
    setText(this.#folder, folder ?? 'No folder is open.');
    setShown(this.#busy, busy);
    this.#start.toggleAttribute('disabled', busy || folder === null);
  }

  take(message: Answer): void {
    if (message.question !== 'preview') return;
    if (message.type === 'failure') this.#found.replaceChildren(element('p', { class: 'problem' }, message.message));
    else this.#draw(message.answer);
  }

  #draw(preview: TunePreview): void {
    this.#found.replaceChildren(...found(preview));
    const choices = preview.presets.map((plan) => this.#choice(plan));
    this.#presets.replaceChildren(this.#presets.firstElementChild!, ...choices);
    this.#presets.hidden = false;
  }

  #choice({ preset, minutes, rank, memoryBytes }: PresetPlan): HTMLElement {
    const input = element('input', { type: 'radio', name: 'preset', value: preset, id: `preset-${preset}` });
    input.checked = preset === this.#preset;
    input.addEventListener('change', () => {
      this.#preset = preset;
    });
    const needs = `at most ${minutes} min, about ${Math.round(memoryBytes / 2 ** 20)} MiB, rank ${rank}`;
    const label = element(
      'label',
      { for: input.id },
      presetNames[preset],
      element('span', { class: 'muted' }, ` ${needs}`),
    );
    return element('div', { class: 'preset' }, input, label);
  }
}

function found({ languages, trainPairs, heldOutPairs, leftOut, warnings }: TunePreview): HTMLElement[] {
  const rows = languages.map(({ language, files, pairs }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, language),
      element('td', {}, String(files)),
      element('td', {}, String(pairs)),
    ),
  );
  const head = element(
    'tr',
    {},
    ...['Language', 'Files', 'Pairs'].map((name) => element('th', { scope: 'col' }, name)),
  );
  const parts: HTMLElement[] = [
    element('h3', {}, 'Learned from'),
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)),
    element('p', {}, `${trainPairs} pairs to learn from, ${heldOutPairs} held out to measure with.`),
    ...warnings.map((warning) => element('p', { class: 'warning' }, warning)),
  ];
  if (leftOut.length > 0) parts.push(leftOutList(leftOut));
  return parts;
}

function leftOutList(leftOut: TunePreview['leftOut']): HTMLElement {
  const files = leftOut.reduce((sum, { files }) => sum + files, 0);
  const items = leftOut.map(({ reason, files, examples }) =>
    element('li', {}, `${reason}: ${files}`, element('div', { class: 'path muted' }, examples.join(', '))),
  );
  return element(
    'details',
    {},
    element('summary', {}, `Left out: ${files} files`),
    element('ul', { class: 'reasons' }, ...items),
  );
}
