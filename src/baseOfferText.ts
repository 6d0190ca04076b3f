/** The text shown before the first tune, and before a base is prepared. No vscode here. */
import { BUNDLED_BASE } from '../server/common/bundledBase.ts';
import { fileSize } from '../server/common/format.ts';
import type { BaseOffer, PrepareOffer } from '../server/protocol/index.ts';

export type Offered = Extract<BaseOffer, { kind: 'offer' }>;

/** Assumed rather than measured: nothing is sent before the user agrees. */
const MEGABITS_A_SECOND = 50;

export interface OfferText {
  readonly question: string;
  readonly detail: string;
  readonly accept: string;
  readonly decline: string;
}

export function describeOffer(offer: Offered): OfferText {
  const { title, path, license, host, tokensPerSecond, suggestionMs, device, minutes } = offer;
  const rest = offer.fileBytes - offer.partBytes;
  const begun = offer.partBytes > 0 ? `the remaining ${fileSize(rest)} of ` : '';
  const download = `Download: ${begun}${fileSize(offer.fileBytes)} from ${host}, ${downloadTime(rest)} at ${MEGABITS_A_SECOND} Mbit/s`;
  const lines = [
    path === null ? download : 'Already on this machine: nothing is downloaded',
    `Licence: ${license}`,
    `Suggestions: about ${rounded(tokensPerSecond)} tokens/s, ${(suggestionMs / 1000).toFixed(1)} s for a line, on ${device}`,
    `This tune: about ${duration(minutes)}, and you can keep working`,
  ];
  return {
    question: `Tune ${title} instead of the bundled base?`,
    detail: `${BUNDLED_BASE} ${title} suits this machine.\n\n${lines.join('\n')}`,
    accept: path === null ? 'Download and Tune' : 'Use It and Tune',
    decline: 'Tune the Bundled Base',
  };
}

const WORTH = {
  completions:
    'The prepared base completes wherever you have no adapter of the repository, and lets reports tell what is knowledge of your repository.',
  reports:
    'Reports of tunes then tell what is knowledge of your repository. Completions stay as they are: as Repotune asks this base, it ends them well by itself.',
} as const;

/** The question before a base is prepared. */
export function describePreparing(
  name: string,
  { completes, minutes, mostMinutes }: Omit<Extract<PrepareOffer, { kind: 'offer' }>, 'kind'>,
): { readonly question: string; readonly detail: string; readonly accept: string } {
  // The estimate is on the safe side: most machines need no more than its lower end.
  const time =
    mostMinutes > minutes
      ? `${duration(minutes)}, or up to ${duration(mostMinutes)} on a slow machine`
      : `about ${duration(minutes)}`;
  return {
    question: `Prepare ${name}?`,
    detail: `A code model has learned whole files, but seldom where a completion should end. Repotune trains a small adapter that knows this, from excerpts of its own sources: none of your code is read, and nothing leaves this machine. It takes ${time}, once, and you can keep working; closing the window ends it. ${WORTH[completes ? 'completions' : 'reports']}`,
    accept: 'Prepare',
  };
}

function downloadTime(bytes: number): string {
  return duration((bytes * 8) / (MEGABITS_A_SECOND * 1e6) / 60);
}

function rounded(count: number): string {
  return count < 10 ? count.toFixed(1) : String(Math.round(count));
}

function duration(minutes: number): string {
  if (minutes < 1) return 'less than a minute';
  if (minutes < 5) return minutes < 1.25 ? '1 minute' : `${Math.round(2 * minutes) / 2} minutes`;
  if (minutes < 90) return `${Math.round(minutes)} minutes`;
  return `${Number((minutes / 60).toFixed(1))} hours`;
}
