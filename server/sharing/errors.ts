/** Errors of sharing adapters, worded for the user. */

import { messageOf } from '../common/messageOf.ts';
import { GitError } from '../git/errors.ts';
import { fileProblem, messageFor } from '../storage/fileErrors.ts';
import { tellingLine } from './gitWords.ts';

export type ShareProblem =
  | 'no-remote'
  | 'bad-remote'
  | 'unreachable'
  | 'no-permission'
  | 'exists'
  | 'not-found'
  | 'wrong-base'
  | 'untrusted'
  | 'damaged'
  /** By a newer release. */
  | 'newer'
  | 'too-large'
  | 'declined'
  | 'busy'
  | 'disk'
  /** This clone's store, not the remote. */
  | 'not-writable'
  | 'failed';

export class ShareError extends Error {
  readonly problem: ShareProblem;

  constructor(problem: ShareProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ShareError';
    this.problem = problem;
  }
}

const DISK_FULL = /no space left|disk quota|enospc/i;
const DISK_SENTENCE = 'The disk is full. Free some space and try again; nothing was changed.';

/** git ended with an error. The message is all of its output, on stdout and stderr. */
export class GitFailed extends Error {}

/** Searched in all of git's output, which names refs and commits too: many of those contain three digits. */
const CAUSES: readonly (readonly [RegExp, ShareProblem, string])[] = [
  [
    /protocol "?http"? .*disabled/i,
    'bad-remote',
    'The remote redirects to an address that is not encrypted. Set the address that it has now with `git remote set-url`.',
  ],
  [
    /could not resolve host|connection (?:refused|timed out|reset)|network is unreachable|operation too slow|no route to host|failed to connect|rpc failed; curl (?:[567]|16|18|28|35|52|55|56|92) |timeout, server \S+ not responding|connection closed by|empty reply from server/i,
    'unreachable',
    'The remote cannot be reached. Check the network and try again; adapters that are already here stay usable.',
  ],
  [
    /(?:http|returned error:|code) 407\b/i,
    'unreachable',
    'The proxy does not let git through. Set it with its user and password: git config --global http.proxy',
  ],
  [
    /(?:http|returned error:) (?:429|5\d\d)\b/i,
    'unreachable',
    'The remote is overloaded or out of order. Try again later; adapters that are already here stay usable.',
  ],
  [
    /dubious ownership/i,
    'no-permission',
    'The remote is a folder that belongs to another user, and git reads it only if you say that you trust it: git config --global --add safe.directory, with the folder named here.',
  ],
  [
    /permission denied|authentication failed|could not read (?:username|password)|unable to get password|terminal prompts disabled|access denied|(?:error|http(?:\/[\d.]+)?)[: ]+40[13]\b|host key verification failed|protected branch|pre-receive hook declined|insufficient permission|read-only/i,
    'no-permission',
    'The remote refused access. Check that `git fetch` and `git push` work there from a terminal without asking for a password.',
  ],
  [
    /mismatched algorithms|does not support this repository's hash algorithm/i,
    'failed',
    'The remote and this repository identify objects differently, one by SHA-1 and one by SHA-256, and git transfers nothing between them. Name another remote for adapters (repotune.sharing.remote, on the command line --remote) that is like this repository.',
  ],
  [
    /does not appear to be a git repository|repository .* not found|not found|no such file or directory/i,
    'not-found',
    'There is no git repository at the remote. Check its address with `git remote -v`.',
  ],
  [DISK_FULL, 'disk', DISK_SENTENCE],
];

/** Turns git's output about a remote into a sentence with the one line that says why; all of it becomes the cause, for the log. */
export function explain(error: unknown, doing: string): ShareError {
  const clear = alreadyClear(error);
  if (clear !== null) return clear;
  const text = messageOf(error);
  const known = CAUSES.find(([pattern]) => pattern.test(text));
  const [pattern, problem, sentence] = known ?? [undefined, 'failed' as const, `git could not finish ${doing}.`];
  const line = tellingLine(text, pattern);
  return new ShareError(problem, line === '' ? sentence : `${sentence} (${line})`, { cause: error });
}

/**
 * The same for what failed on this machine, such as a signature or a missing file: git words it like a problem with a remote, which must
 * not be blamed for it.
 */
export function explainHere(error: unknown, doing: string): ShareError {
  const clear = alreadyClear(error);
  if (clear !== null) return clear;
  if (!(error instanceof GitFailed)) return new ShareError('failed', messageFor(error), { cause: error });
  const full = isFull(error);
  const line = tellingLine(error.message, full ? DISK_FULL : undefined);
  const sentence = full ? DISK_SENTENCE : `git could not finish ${doing}, because of something on this machine.`;
  return new ShareError(full ? 'disk' : 'failed', line === '' ? sentence : `${sentence} (${line})`, { cause: error });
}

/** Whether git could not read what it has on this disk. */
export function isDamage(error: unknown): boolean {
  return (
    error instanceof GitFailed &&
    /inflate:|corrupt|bad object|is empty|mismatch|unable to (?:read|unpack|parse)|could not (?:read|get)/i.test(
      error.message,
    )
  );
}

/** Whether a ref that was to be fetched is no longer at the remote, in git's words. */
export function isGone(error: unknown): boolean {
  return error instanceof ShareError && /couldn't find remote ref/.test(messageOf(error.cause));
}

export function isFull(error: unknown): boolean {
  return DISK_FULL.test(messageOf(error));
}

/** An error whose message is a sentence already: a search in it could mistake it for a problem with the remote. */
function alreadyClear(error: unknown): ShareError | null {
  if (error instanceof ShareError) return error;
  if (error instanceof GitError)
    return new ShareError(error.problem === 'unanswered' ? 'unreachable' : 'failed', error.message, { cause: error });
  const here = fileProblem(error);
  if (here === null) return null;
  return new ShareError(here.kind === 'full' ? 'disk' : 'not-writable', here.sentence, { cause: error });
}

/** Where there is a ref `a`, git creates no `a/b`. */
const IN_THE_WAY = /'(refs\/[\w./-]{1,200})' exists; cannot create '/;

/** Whether a push failed because of somebody's ref that stays where it is. */
export function isInTheWay(words: string): boolean {
  return IN_THE_WAY.test(words);
}

/** The error for a push that the remote refused: what it does not allow, and why, from the one line of `words` that says so. */
export function refused(doing: string, words: string): ShareError {
  const [, inTheWay] = IN_THE_WAY.exec(words) ?? [];
  if (inTheWay !== undefined)
    return new ShareError(
      'no-permission',
      `The remote has a ref ${inTheWay}, where Repotune would keep what is shared. If nobody needs it, delete it (git push origin --delete ${inTheWay}), and try again.`,
      { cause: new Error(words) },
    );
  const line = tellingLine(words);
  const why = line === '' ? '' : ` (${line})`;
  return new ShareError(
    'no-permission',
    `The remote does not let you ${doing}${why}. Ask whoever runs it for the right to push to refs/repotune/* or to branches under repotune/.`,
    { cause: new Error(words) },
  );
}
