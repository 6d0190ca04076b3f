import type { RepotuneState } from '../server/protocol/index.ts';
import { announcement, button, element, replaceContents, setShown, setText } from './dom.ts';
import { ask, remember, remembered, run, showFolder } from './host.ts';
import type { PanelState, ToPanel } from './messages.ts';
import { tabOfRun } from './runTabs.ts';
import { Tabs } from './tabs.ts';
import { ActivityView } from './views/activity.ts';
import { AdaptersView } from './views/adapters.ts';
import { FolderView } from './views/folder.ts';
import { LearningView } from './views/learning.ts';
import { ProgressView } from './views/progress.ts';
import { ResultView } from './views/result.ts';
import { StatusView } from './views/status.ts';
import { TuneView } from './views/tune.ts';

/** A server starts within a second or two, from a cold disk within a few more. */
const LATE_MS = 10_000;
/** Counts change while someone types beside them, and nobody tells the panel. */
const COUNTED_AGAIN_MS = 10_000;

type TabName = 'Tune' | 'Progress' | 'Result' | 'Adapters' | 'Learning' | 'Activity';

/** The whole panel: the status above, the views as tabs below, or one message while there is no server. */
export class Panel {
  readonly #folderChoice = new FolderView();
  readonly #status = new StatusView();
  readonly #views = {
    Tune: new TuneView(),
    Progress: new ProgressView(),
    Result: new ResultView(),
    Adapters: new AdaptersView(),
    Learning: new LearningView(),
    Activity: new ActivityView(),
  };
  readonly #tabs: Tabs<TabName>;
  readonly #message = element('div', { class: 'view', role: 'status' });
  /** Announces to screen readers a result that comes into view by itself: a hidden part is not read out when it is shown. */
  readonly #spoken = announcement();
  readonly #body: HTMLElement;
  #live = false;
  #folder: string | null = null;
  #newest: string | null = null;
  #active: string | null = null;
  #base: string | null = null;

  constructor(root: HTMLElement) {
    const pages: Record<TabName, HTMLElement> = {
      Tune: this.#views.Tune.root,
      Progress: this.#views.Progress.root,
      Result: this.#views.Result.root,
      Adapters: this.#views.Adapters.root,
      Learning: this.#views.Learning.root,
      Activity: this.#views.Activity.root,
    };
    const { tab } = remembered();
    const first = tab !== null && Object.hasOwn(pages, tab) ? (tab as TabName) : 'Tune';
    this.#tabs = new Tabs(pages, first, (name) => this.#shown(name));
    this.#body = element('div', {}, this.#folderChoice.root, this.#status.root, this.#tabs.root);
    // Takes the focus over when all that is shown changes, as after a restart.
    root.tabIndex = -1;
    root.append(this.#message, this.#spoken, this.#body);
    this.draw({ kind: 'starting' }, true);
    setInterval(() => {
      if (this.#live && this.#tabs.chosen === 'Activity' && !document.hidden) ask('statistics');
    }, COUNTED_AGAIN_MS);
  }

  take(message: ToPanel): void {
    if (message.type === 'state') {
      this.#views.Result.asks(message.asksToKeepTuned);
      this.draw(message.panel, message.followsEditor);
      return;
    }
    if (message.type === 'editor') {
      this.#views.Learning.hasFile(message.hasFile);
      return;
    }
    if (message.type === 'compared') {
      // Shown first: changes to hidden elements are not read out.
      if (message.fresh && message.comparison.folder === this.#folder) this.#tabs.choose('Adapters');
      this.#views.Adapters.compared(message.comparison);
      return;
    }
    if (message.type === 'show') {
      this.#tabs.goTo(message.tab);
      return;
    }
    this.#views.Tune.take(message);
    // Answers about a folder no longer in view come too late; a preview is kept for when it is back.
    if (message.question !== 'statistics' && message.folder !== this.#folder) return;
    this.#views.Adapters.take(message);
    this.#views.Learning.take(message);
    this.#views.Activity.take(message);
    this.#views.Result.take(message);
  }

  draw(panel: PanelState, followsEditor: boolean): void {
    setShown(this.#body, panel.kind === 'live');
    setShown(this.#message, panel.kind !== 'live');
    if (panel.kind === 'live') {
      this.#drawLive(panel.state, followsEditor);
      return;
    }
    // What is requested next comes from another server.
    this.#live = false;
    replaceContents(this.#message, ...notLive(panel));
  }

  #drawLive(state: RepotuneState, followsEditor: boolean): void {
    const folder = state.folder?.path ?? null;
    const news = !this.#live || folder !== this.#folder;
    this.#live = true;
    this.#folder = folder;
    showFolder(folder);
    this.#folderChoice.update(state, followsEditor);
    this.#status.update(state);
    // Shown first: a run's last message is not read out if it changes while hidden.
    this.#follow(state);
    for (const view of Object.values(this.#views)) view.update(state);
    const active = state.adapters.find((adapter) => adapter.active)?.id ?? null;
    const base = state.base?.path ?? null;
    // A live comparison ends with another adapter, and rests with another base.
    const switched = active !== this.#active || base !== this.#base;
    if (news || (switched && this.#tabs.chosen === 'Activity')) this.#askFor(this.#tabs.chosen);
    else if (this.#tabs.chosen === 'Tune') this.#views.Tune.lookAtFiles();
    this.#active = active;
    this.#base = base;
  }

  #follow(state: RepotuneState): void {
    const known = remembered().runs;
    const { tab, runs } = tabOfRun(state, known);
    if (runs !== known) remember({ runs });
    if (tab !== null) this.#tabs.choose(tab);
    const { lastResult } = state;
    if (tab === 'Result' && lastResult !== null) setText(this.#spoken, `Result: ${lastResult.reason}`);
    // There is a new version, perhaps from a background run.
    const newest = lastResult?.adapterId ?? null;
    if (newest !== this.#newest && this.#tabs.chosen === 'Learning') this.#askFor('Learning');
    this.#newest = newest;
  }

  /** Requests what a view needs beyond the state when it is shown. */
  #shown(name: TabName): void {
    remember({ tab: name });
    this.#askFor(name);
  }

  #askFor(name: TabName): void {
    if (!this.#live) return;
    if (name === 'Activity') {
      ask('statistics');
      if (this.#folder !== null) ask('live');
    }
    if (name === 'Learning' && this.#folder !== null) ask('learning');
    if (name === 'Tune') this.#views.Tune.shown();
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
      return [element('p', { class: 'muted' }, 'Starting…'), lateStart()];
    case 'failed':
      return [element('p', { class: 'problem' }, panel.message), ...restarting()];
  }
}

function restarting(): HTMLElement[] {
  return [
    element(
      'div',
      { class: 'row' },
      button('Restart', 'primary', () => run('repotune.restart')),
      button('Show Log', 'secondary', () => run('repotune.showLog')),
    ),
  ];
}

/** What to do if the start hangs. */
function lateStart(): HTMLElement {
  const late = element('div', {}, element('p', {}, 'Starting takes longer than usual.'), ...restarting());
  late.hidden = true;
  setTimeout(() => setShown(late, true), LATE_MS);
  return late;
}
