import { counted, grouped } from '../../server/common/format.ts';
import type { PresetPlan, RepotuneState, TunePlan, TunePreview } from '../../server/protocol/index.ts';
import { isRunning } from '../../server/protocol/tune.ts';
import { folderName, inFolder } from '../../src/describe.ts';
import { details } from '../details.ts';
import { button, element, replaceContents, say, sentence, setEnabled, setShown, setText } from '../dom.ts';
import { ask, remember, remembered, run } from '../host.ts';
import type { Answer } from '../messages.ts';
import { PreviewTurns } from '../previewTurns.ts';
import { needsOf, presetOf, type Size, sizeNamed, sizeNames, sizes } from '../sizes.ts';
import type { View } from './view.ts';

/** Before a run: what it will learn from, how large it may be, and the button. */
export class TuneView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #folder = element('p', { class: 'path' });
  readonly #found = element('div');
  readonly #said = sentence();
  readonly #presets = element('fieldset', { class: 'presets' }, element('legend', {}, 'Run size'));
  readonly #start = button('Tune on This Repository', 'primary', () => this.#tune());
  readonly #anyway = element('input', { type: 'checkbox', id: 'tune-anyway' });
  readonly #short = element(
    'div',
    { class: 'preset' },
    this.#anyway,
    element('label', { for: 'tune-anyway' }, 'Train even if the time is short'),
  );
  readonly #open = button('Open Folder…', 'primary', () => run('vscode.openFolder'));
  readonly #busy = element('p', { class: 'muted' });
  readonly #title = element('h2', {}, 'Tune on this repository');
  readonly #sizes = sizes.map((size) => this.#choice(size));
  readonly #turns = new PreviewTurns<TunePreview>();
  #size: Size = sizeNamed(remembered().size);
  #plans: readonly PresetPlan[] = [];
  #settingsPlan: TunePlan | null = null;

  constructor() {
    const more = element(
      'div',
      { class: 'row' },
      button('Choose Base Model…', 'secondary', () => run('repotune.chooseModel')),
      button('Settings', 'secondary', () => run('repotune.settings')),
    );
    this.#presets.append(...this.#sizes.map(({ root }) => root));
    const about =
      'A small adapter is trained on a frozen copy of the base model. Some files are held out to measure whether it helped. Nothing leaves this machine.';
    this.root.append(this.#title, this.#folder, element('p', {}, about));
    this.root.append(this.#open, this.#presets, this.#short, this.#start, this.#busy, more, this.#said, this.#found);
  }

  update(state: RepotuneState): void {
    const { run: now, base, settingsPlan = null } = state;
    const folder = state.folder?.path ?? null;
    const name = folderName(state, folder);
    setText(this.#title, `Tune on ${name ?? 'this repository'}`);
    setText(this.#start, `Tune on ${name ?? 'This Repository'}`);
    const busy = now !== null && isRunning(now);
    setText(this.#folder, folder ?? 'No folder is open.');
    const { resumable = false } = now ?? {};
    setShown(this.#busy, busy || resumable);
    if (busy) setText(this.#busy, `A run is in progress${inFolder(state, now.folder)}. See the Progress tab.`);
    else if (resumable) setText(this.#busy, 'A run was interrupted. The Progress tab continues it.');
    setShown(this.#open, folder === null);
    setShown(this.#start, folder !== null);
    setShown(this.#short, folder !== null);
    setEnabled(this.#start, !busy);
    this.#settingsPlan = settingsPlan;
    if (!this.#turns.moveTo(folder, base?.path ?? null)) {
      this.#drawSizes();
      return;
    }
    const known = this.#turns.found;
    if (known !== undefined) {
      this.#draw(known);
      return;
    }
    // Plans belong to one folder and base.
    this.#plans = [];
    setShown(this.#presets, folder !== null);
    this.#drawSizes();
    this.#waits(
      folder === null ? 'Open the folder of a repository: Repotune learns from its files.' : 'Scanning the files…',
    );
  }

  /** The view was shown. */
  shown(): void {
    this.#turns.retry();
    this.lookAtFiles();
  }

  /** Requests the preview of the place in view, unless that was done already. */
  lookAtFiles(): void {
    if (!this.#turns.take()) return;
    this.#waits('Scanning the files…');
    ask('preview');
  }

  take(message: Answer): void {
    if (message.question !== 'preview') return;
    if (!this.#turns.answered(message.folder, message.type === 'answer' ? message.answer : null)) {
      if (this.#turns.isOwed) this.lookAtFiles();
      return;
    }
    if (message.type === 'answer') this.#draw(message.answer);
    else this.#fail(message.message);
  }

  #tune(): void {
    run(this.#anyway.checked ? 'repotune.tuneAnyway' : 'repotune.tunePreset', presetOf(this.#size));
    // It applies to one run only.
    this.#anyway.checked = false;
  }

  #waits(text: string): void {
    say(this.#said);
    replaceContents(this.#found, element('p', { class: 'muted' }, text));
  }

  #fail(message: string): void {
    const again = button('Try Again', 'secondary', () => this.shown());
    say(this.#said, element('p', { class: 'problem' }, message));
    replaceContents(this.#found, element('div', { class: 'row' }, again));
    setShown(this.#presets, false);
  }

  #draw(preview: TunePreview): void {
    const warnings = preview.warnings.map((warning) => element('p', { class: 'warning' }, warning));
    say(this.#said, element('p', {}, pairsOf(preview)), ...warnings);
    replaceContents(this.#found, ...found(preview));
    this.#plans = preview.presets;
    setShown(this.#presets, true);
    this.#drawSizes();
  }

  /** The settings have a choice of their own only where they ask for something else than the sizes. */
  #drawSizes(): void {
    const own = needsOf(this.#settingsPlan);
    const same = this.#plans.find((plan) => needsOf(plan) === own)?.preset;
    const isOwn = own !== '' && this.#plans.length > 0 && same === undefined;
    const chosen = this.#size !== 'settings' || isOwn ? this.#size : (same ?? 'balanced');
    for (const { size, root, input, needed } of this.#sizes) {
      const plan = size === 'settings' ? this.#settingsPlan : this.#plans.find(({ preset }) => preset === size);
      setShown(root, size !== 'settings' || isOwn);
      setText(needed, ` ${needsOf(plan ?? null) || UNKNOWN_NEEDS}`);
      input.checked = size === chosen;
    }
  }

  #choice(size: Size) {
    const input = element('input', { type: 'radio', name: 'preset', value: size, id: `preset-${size}` });
    input.addEventListener('change', () => {
      this.#size = size;
      remember({ size });
    });
    const needed = element('span', { class: 'muted' });
    const label = element('label', { for: input.id }, sizeNames[size], needed);
    return { size, input, needed, root: element('div', { class: 'preset' }, input, label) };
  }
}

/** As long as what takes its place, so that nothing moves. */
const UNKNOWN_NEEDS = 'up to … min, about … MB of memory, rank …';

function pairsOf({ trainPairs, heldOutPairs }: TunePreview): string {
  const learnable = `${counted(trainPairs, 'pair')} can be learned, of which a run takes as many as its time allows.`;
  return `${learnable} ${grouped(heldOutPairs)} ${heldOutPairs === 1 ? 'is' : 'are'} held out for evaluation.`;
}

function found({ languages, leftOut }: TunePreview): HTMLElement[] {
  const rows = languages.map(({ language, files, pairs }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, language),
      element('td', {}, grouped(files)),
      element('td', {}, grouped(pairs)),
    ),
  );
  const head = element(
    'tr',
    {},
    ...['Language', 'Files', 'Pairs'].map((name) => element('th', { scope: 'col' }, name)),
  );
  const parts: HTMLElement[] = [
    element('h3', {}, 'Training data'),
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)),
    element('p', { class: 'muted' }, 'A pair is a piece of your code with what comes before and after it.'),
  ];
  if (leftOut.length > 0) parts.push(leftOutList(leftOut));
  return parts;
}

function leftOutList(leftOut: TunePreview['leftOut']): HTMLElement {
  const files = leftOut.reduce((sum, { files }) => sum + files, 0);
  const items = leftOut.map(({ reason, files, examples }) =>
    element('li', {}, `${reason}: ${grouped(files)}`, element('div', { class: 'path muted' }, examples.join(', '))),
  );
  return details('left out', `Left out: ${counted(files, 'file')}`, element('ul', { class: 'reasons' }, ...items));
}
