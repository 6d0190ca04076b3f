import * as vscode from 'vscode';
import { Requests, type TuneParams } from '../../server/protocol/index.ts';
import { describeOffer } from '../baseOfferText.ts';
import type { Session } from '../session.ts';
import { downloadModel } from './downloading.ts';
import { useBase } from './useBase.ts';
import { working } from './working.ts';

/** How the run continues after the question; null: it does not. */
export type Going = Pick<TuneParams, 'minutes'> | null;

const declinedKey = 'tunesBundledBase';

/**
 * Before a tune with only the bundled base: offers the base that suits this machine, downloads it and switches to it. A user who declined
 * is not asked again.
 */
export async function firstBase(session: Session, memory: vscode.Memento, how: TuneParams): Promise<Going> {
  // While the server is still starting, the state is unknown here; the server knows its base itself.
  if (session.state?.base?.bundled === false || memory.get<boolean>(declinedKey)) return {};
  const offer = await working('Repotune: measuring what this machine can run', (token) =>
    session.request(Requests.baseOffer, how.preset === undefined ? {} : { preset: how.preset }, token),
  );
  if (offer.kind === 'none') return {};
  const { question, detail, accept, decline } = describeOffer(offer);
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, accept, decline);
  if (answer === undefined) return null;
  if (answer === decline) {
    await memory.update(declinedKey, true);
    return {};
  }
  const path = offer.path ?? (await downloadModel(session, offer.id, `Downloading ${offer.title} (${offer.license})`));
  if (path === undefined) return null;
  await useBase(session, path);
  return { minutes: offer.minutes };
}
