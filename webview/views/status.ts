import { BUNDLED_BASE } from '../../server/common/bundledBase.ts';
import type { RepotuneState } from '../../server/protocol/index.ts';
import { sourceText } from '../../src/describe.ts';
import { button, element, setShown, setText } from '../dom.ts';
import { run } from '../host.ts';
import type { View } from './view.ts';

/** Above every tab: what serves completions, what is wrong if anything, and the switches for both. */
export class StatusView implements View {
  readonly root = element('header', { class: 'status' });
  readonly #serving = element('p', { class: 'serving' });
  readonly #small = element('p', { class: 'muted' }, BUNDLED_BASE);
  readonly #unprepared = element(
    'p',
    { class: 'muted' },
    'This base model is not prepared. ',
    button('Prepare…', 'secondary', () => run('repotune.prepareBase')),
  );
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  readonly #base = button('Base', 'secondary', () => run('repotune.useBase'));
  readonly #adapter = button('Adapter', 'secondary', () => run('repotune.useAdapter'));
  readonly #toggle = button('Turn Off', 'secondary', () => run('repotune.toggleCompletions'));

  readonly #choice: HTMLElement;

  constructor() {
    this.#choice = element(
      'div',
      { class: 'choice', role: 'group', 'aria-label': 'Completions come from' },
      this.#base,
      this.#adapter,
    );
    this.root.append(
      this.#serving,
      this.#problem,
      element('div', { class: 'row' }, this.#choice, this.#toggle),
      this.#small,
      this.#unprepared,
    );
  }

  update(state: RepotuneState): void {
    const on = state.completionsEnabled;
    setText(this.#serving, sourceText(state));
    setShown(this.#small, state.base?.bundled ?? false);
    // An adapter of the repository has learned this too.
    setShown(this.#unprepared, state.base?.prepared === false && state.source === 'base');
    setText(
      this.#problem,
      state.engine.kind === 'failed' || state.engine.kind === 'restarting' ? state.engine.message : '',
    );
    setShown(this.#problem, this.#problem.textContent !== '');
    const turn = on ? 'Turn Off' : 'Turn On';
    setText(this.#toggle, turn);
    this.#toggle.setAttribute('aria-label', `${turn} Completions`);
    press(this.#base, state.source === 'base');
    press(this.#adapter, state.source === 'adapter');
    setShown(this.#choice, state.adapters.length > 0);
  }
}

function press(target: HTMLElement, pressed: boolean): void {
  target.setAttribute('aria-pressed', String(pressed));
  // The toolkit hands labels on to the button inside, which is what a screen reader meets, but no other attribute: only properties.
  target.ariaPressed = String(pressed);
  target.setAttribute('appearance', pressed ? 'primary' : 'secondary');
}
