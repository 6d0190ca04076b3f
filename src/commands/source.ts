import * as vscode from 'vscode';
import type { AdapterSummary } from '../../server/protocol.ts';
import type { Session } from '../session.ts';
import { measureAdapter } from './share.ts';

export function useBase(session: Session): Promise<void> {
  return session.use({ source: 'base' });
}

/** Serves from the given adapter, or lets the user choose among those of this repository. */
export async function chooseAdapter(session: Session, argument: unknown): Promise<void> {
  const adapters = session.state?.adapters ?? [];
  if (typeof argument === 'string') return useVersion(session, argument, adapters);
  if (adapters.length === 0)
    throw new Error('This repository has no adapter yet. Run "Repotune: Tune on This Repository" first.');
  if (adapters.length === 1) return useVersion(session, adapters[0]!.id, adapters);
  const picked = await vscode.window.showQuickPick(adapters.map(toItem), {
    placeHolder: 'The adapter that completes your code',
  });
  if (picked) await useVersion(session, picked.id, adapters);
}

/** Asks first where the gate has something to say: a version from elsewhere is measured here before it serves. */
async function useVersion(session: Session, adapterId: string, adapters: readonly AdapterSummary[]): Promise<void> {
  const adapter = adapters.find(({ id }) => id === adapterId);
  const { kind, reason } = adapter?.standing ?? { kind: 'unjudged', reason: '' };
  if (kind !== 'unmeasured' && kind !== 'failed') return session.use({ source: 'adapter', adapterId });
  const buttons = kind === 'unmeasured' ? ['Measure and Use', 'Use Anyway'] : ['Use Anyway'];
  const answer = await vscode.window.showWarningMessage(
    `Use ${adapter?.name ?? adapterId}?`,
    { modal: true, detail: reason },
    ...buttons,
  );
  if (answer === 'Measure and Use') await measureAdapter(session, adapterId);
  if (answer === 'Use Anyway') await session.use({ source: 'adapter', adapterId, force: true });
}

/** Deletes a version after asking: it cannot be brought back. */
export async function removeAdapter(session: Session, argument: unknown): Promise<void> {
  const adapter = session.state?.adapters.find(({ id }) => id === argument);
  if (!adapter) return;
  const question = `Delete the adapter ${adapter.name} of ${new Date(adapter.createdAtMs).toLocaleString()}?`;
  const detail = adapter.active
    ? 'It serves now; the base model will serve in its place.'
    : 'It cannot be brought back.';
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete');
  if (answer === 'Delete') await session.removeAdapter(adapter.id);
}

function toItem(adapter: AdapterSummary): vscode.QuickPickItem & { id: string } {
  const { heldOutLossBase: base, heldOutLossTuned: tuned } = adapter;
  const scored =
    base !== null && tuned !== null ? `held-out loss ${base.toFixed(3)} → ${tuned.toFixed(3)}` : 'not evaluated';
  return {
    id: adapter.id,
    label: adapter.active ? `$(check) ${adapter.name}` : adapter.name,
    description: new Date(adapter.createdAtMs).toLocaleString(),
    detail: adapter.commit ? `${scored} · commit ${adapter.commit.slice(0, 8)}` : scored,
  };
}
