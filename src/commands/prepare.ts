import * as vscode from 'vscode';
import { type PrepareAnswer, Requests } from '../../server/protocol/index.ts';
import { describePreparing } from '../baseOfferText.ts';
import { withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { type Report, working } from './working.ts';

/** Trains, after asking, the adapter that teaches the base in use where completions end; if there is one already, offers to undo it. */
export async function prepareBase(session: Session): Promise<void> {
  const offer = await working('Repotune: measuring what this machine can run', (token) =>
    session.request(Requests.prepareOffer, {}, token),
  );
  if (offer.kind === 'none') throw new Error(offer.message);
  const name = session.state?.base?.name ?? 'the base model';
  if (offer.kind === 'prepared') return undo(session, name, offer.completes);
  const { question, detail, accept } = describePreparing(name, offer);
  if ((await vscode.window.showInformationMessage(question, { modal: true, detail }, accept)) !== accept) return;
  const prepare = async (token: vscode.CancellationToken, report: Report): Promise<PrepareAnswer> => {
    let percent = 0;
    const following = session.onPrepare(({ share, message }) => {
      const next = Math.max(percent, 100 * share);
      report({ message, increment: next - percent });
      percent = next;
    });
    try {
      return await session.request(Requests.prepare, {}, token);
    } finally {
      following.dispose();
    }
  };
  const what = `Preparing ${name}`;
  const answer = await working(what, prepare, { what, command: 'repotune.prepareBase' });
  if (answer.kind === 'failed') throw new Error(answer.message);
  if (answer.kind === 'prepared')
    void vscode.window.showInformationMessage(
      withoutLinks(
        offer.completes
          ? `${name} is prepared. It completes wherever no adapter of a repository does.`
          : `${name} is prepared: reports of tunes now tell what is knowledge of the repository.`,
      ),
    );
}

async function undo(session: Session, name: string, completes: boolean): Promise<void> {
  const question = `${name} is prepared already.`;
  const without = completes
    ? 'completions then come from the base model alone'
    : 'reports then do not tell what is knowledge of the repository';
  const detail = `You can undo it: ${without}, until you prepare it again.`;
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, 'Undo');
  if (answer === 'Undo') await session.request(Requests.unprepare, {});
}

/** After a base was chosen: offered once for each base. */
export async function offerPreparing(session: Session, memory: vscode.Memento): Promise<void> {
  const base = session.state?.base;
  if (base?.prepared !== false) return;
  const key = `preparingOffered ${base.path}`;
  if (memory.get<boolean>(key)) return;
  await memory.update(key, true);
  const chosen = await vscode.window.showInformationMessage(
    withoutLinks(
      `Repotune can prepare ${base.name}: it learns once how Repotune asks and where a completion should end. That takes some minutes.`,
    ),
    'Prepare…',
    'Not Now',
  );
  // Run as a command, so that its failures are reported.
  if (chosen === 'Prepare…') await vscode.commands.executeCommand('repotune.prepareBase');
}
