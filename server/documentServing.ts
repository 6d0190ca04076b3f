/** Which adapter serves each document, for completions and next edits alike, and which one answered last. */
import { chooseAdapter, routedAdapter, type ServingPlan } from './adapters/servingPlan.ts';
import { StoreWatch } from './adapters/storeWatch.ts';
import { dayAt } from './common/calendar.ts';
import type { AdapterRef } from './engine/types.ts';
import type { ArmTag } from './liveComparison/observer.ts';
import type { VersionTag } from './liveComparison/useObserver.ts';
import type { Routed } from './protocol/index.ts';
import type { Workspace } from './window/workspace.ts';

export interface DocumentServingDependencies {
  readonly workspace: Workspace<ServingPlan | null>;
  /** Another process switched the serving adapter. */
  onSwitchedElsewhere(): void;
  onCommitted(): void;
}

export interface Served {
  readonly repoName: string;
  /** From its folder; '' for what is no file. */
  readonly path: string;
  readonly adapter: AdapterRef | null;
  /** Whether the adapter has learned next edits. */
  readonly learnedEdits: boolean;
}

export class DocumentServing {
  /** The arm that answered last, for each document in a live comparison. */
  readonly arms = new Map<string, ArmTag>();
  /** The version that answered last, for each document. */
  readonly versions = new Map<string, VersionTag>();
  readonly #dependencies: DocumentServingDependencies;
  readonly #stores = new StoreWatch(() => performance.now());

  constructor(dependencies: DocumentServingDependencies) {
    this.#dependencies = dependencies;
  }

  async of(uri: string, languageId: string): Promise<Served> {
    const { workspace, onSwitchedElsewhere, onCommitted } = this.#dependencies;
    const { folder, path, repoName } = workspace.place(uri);
    let plan = await workspace.serving(folder);
    const change = plan === null ? 'nothing' : await this.#stores.look(plan.storeDir, plan.stamp);
    if (change === 'commits') onCommitted();
    if (change === 'serving') {
      onSwitchedElsewhere();
      plan = await workspace.serving(folder);
    }
    if (plan === null || folder === null) {
      this.versions.delete(uri);
      return { repoName, path, adapter: null, learnedEdits: false };
    }
    const { adapter, arm } = chooseAdapter(plan, { uri, path, languageId }, dayAt(Date.now()));
    const { storeDir, liveComparison } = plan;
    if (arm === null || liveComparison === null) this.arms.delete(uri);
    else this.arms.set(uri, { folder, storeDir, startedAt: liveComparison.file.startedAt, arm, document: uri });
    if (adapter === null) this.versions.delete(uri);
    else this.versions.set(uri, { folder, storeDir, id: adapter.id, document: uri });
    return { repoName, path, adapter, learnedEdits: adapter !== null && plan.learnedEdits.has(adapter.id) };
  }

  /** What a route, or its place outside of the window's folders, chooses for the document; null without either. */
  async routed(uri: string, languageId: string): Promise<Routed | null> {
    const { workspace } = this.#dependencies;
    const { folder, path } = workspace.place(uri);
    const plan = await workspace.serving(folder);
    const nameOf = (adapter: AdapterRef | null): string | null =>
      adapter === null ? null : (plan?.names.get(adapter.id) ?? adapter.id);
    const adapter = plan === null ? undefined : routedAdapter(plan, { path, languageId });
    if (adapter !== undefined) return { adapter: nameOf(adapter) };
    if (folder === null || workspace.folders.length === 0 || workspace.folders.includes(folder)) return null;
    return { adapter: nameOf(plan?.active ?? null), outside: true };
  }

  /** A document was closed. */
  closed(uri: string): void {
    this.arms.delete(uri);
    this.versions.delete(uri);
  }

  /** Makes what serves be looked up again. */
  forget(): void {
    this.#stores.forget();
    this.#dependencies.workspace.forgetServing();
  }
}
