import { isRunning } from '../src/describe.ts';
import type { RepotuneState } from '../server/protocol.ts';
import { button, element, setShown } from './dom.ts';
import { rememberedTab, rememberTab, run } from './host.ts';
import type { PanelState } from './messages.ts';
import { Tabs } from './tabs.ts';
import { AdaptersView } from './views/adapters.ts';
import { ProgressView } from './views/progress.ts';
import { ResultView } from './views/result.ts';
import { StatusView } from './views/status.ts';
import { TuneView } from './views/tune.ts';

type TabName = 'Tune' | 'Progress' | 'Result' | 'Adapters';

/** The whole panel: the status above, the views as tabs below, or one message while there is no server. */
export class Panel {
  readonly #status = new StatusView();
  readonly #views = {
    Tune: new TuneView(),
    Progress: new ProgressView(),
    Result: new ResultView(),
    Adapters: new AdaptersView(),
  };
  readonly #tabs: Tabs<TabName>;
  readonly #message = element('div', { class: 'view', role: 'status' });
  readonly #body: HTMLElement;
  #running: string | null = null;
  #first = true;

  constructor(root: HTMLElement) {
    const pages: Record<TabName, HTMLElement> = {
      Tune: this.#views.Tune.root,
      Progress: this.#views.Progress.root,
      Result: this.#views.Result.root,
      Adapters: this.#views.Adapters.root,
    };
    const remembered = rememberedTab();
    this.#tabs = new Tabs(
      pages,
      remembered !== null && remembered in pages ? (remembered as TabName) : 'Tune',
      rememberTab,
    );
    this.#body = element('div', {}, this.#status.root, this.#tabs.root);
    root.append(this.#message, this.#body);
    this.draw({ kind: 'starting' });
  }

  draw(panel: PanelState): void {
    setShown(this.#body, panel.kind === 'live');
    setShown(this.#message, panel.kind !== 'live');
    if (panel.kind === 'live') this.#drawLive(panel.state);
    else this.#message.replaceChildren(...notLive(panel));
  }

  #drawLive(state: RepotuneState): void {
    this.#status.update(state);
    for (const view of Object.values(this.#views)) view.update(state);
    this.#follow(state);
  }

  /** A run that starts shows its progress, and one that ends its result; in between the user's tab stays. */
  #follow({ run: now, lastResult }: RepotuneState): void {
    const running = now && isRunning(now) ? now.runId : null;
    if (running !== this.#running) {
      if (running !== null && (!this.#first || rememberedTab() === 'Tune')) this.#tabs.choose('Progress');
      if (running === null && lastResult?.runId === this.#running) this.#tabs.choose('Result');
      this.#running = running;
    }
    this.#first = false;
  }
}

function notLive(panel: Exclude<PanelState, { kind: 'live' }>): HTMLElement[] {
  switch (panel.kind) {
    case 'untrusted':
      return [
        element('p', {}, 'Repotune is off in this folder: nothing is read, tuned or loaded until you trust it.'),
        button('Manage Workspace Trust', 'primary', () => run('workbench.trust.manage')),
      ];
    case 'starting':
      return [element('p', { class: 'muted' }, 'Starting…')];
    case 'failed':
      return [
        element('p', { class: 'problem' }, panel.message),
        button('Restart', 'primary', () => run('repotune.restart')),
        button('Show Log', 'secondary', () => run('repotune.showLog')),
      ];
  }
}
