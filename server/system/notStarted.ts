/** Rewords the system's refusal to start a program for the user: Node's own message is a code and a system call. */
import { constants } from 'node:fs';
import { allowed } from './allowed.ts';

export interface Start {
  readonly program: string;
  /** Its working directory; undefined for that of this process. */
  readonly cwd?: string | undefined;
  /** e.g. `EACCES`: the system uses the same code for the program and for the folder. */
  readonly code: string;
}

/** `may`: whether that (of `access`) is allowed. */
export function notStarted({ program, cwd, code }: Start, may: typeof allowed = allowed): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      if (cwd !== undefined && !may(cwd, constants.X_OK))
        return `${cwd} cannot be entered (${code}). Give your user the right to enter it.`;
      return `The program ${program} may not be executed (${code}). Give your user the right to execute it, or install it where programs may be executed.`;
    case 'ENOENT':
      if (cwd !== undefined && !may(cwd, constants.F_OK))
        return `There is no folder ${cwd}: it was moved or deleted meanwhile.`;
      return `The program ${program}, or something it needs to start, is missing. Install it again.`;
    default:
      return `The system did not start the program ${program} (${code}). Try again when the machine is less busy.`;
  }
}

/** The same for errors thrown or emitted by Node; null for any other error. */
export function startProblem(error: unknown, cwd?: string): string | null {
  if (!(error instanceof Error)) return null;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined || !syscall?.startsWith('spawn')) return null;
  return notStarted({ program: path, cwd, code });
}
