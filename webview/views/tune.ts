import { isRunning } from '../../src/describe.ts';
import type { RepotuneState } from '../../server/protocol.ts';
import { button, element, setText } from '../dom.ts';
import { run } from '../host.ts';
import type { View } from './view.ts';

/** Before a run: what will happen, and the button. */
export class TuneView implements View {
  readonly root = element('div', { class: 'view' });
  readonly #folder = element('p', { class: 'path' });
  readonly #start = button('Tune on This Repository', 'primary', () => run('repotune.tune'));

  constructor() {
    this.root.append(
      element('h2', {}, 'Tune on this repository'),
      this.#folder,
      element(
        'p',
        {},
        'Repotune reads the files git lists here, leaves out generated, minified and binary ones, and teaches a copy of the base model a small adapter. Some files are held out to measure whether it helped. Nothing leaves this machine.',
      ),
      this.#start,
    );
  }

  update(state: RepotuneState): void {
    const busy = state.run !== null && isRunning(state.run);
    setText(this.#folder, state.folder ?? 'No folder is open.');
    this.#start.toggleAttribute('disabled', busy || state.folder === null);
    setText(this.#start, busy ? 'Tuning…' : state.lastResult ? 'Tune Again' : 'Tune on This Repository');
  }
}
