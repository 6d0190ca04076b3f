import type { GitProblem } from '../git/errors.ts';

/** Why a folder cannot be mined. The message is one or two sentences for the user and says what to do. */
export type MiningProblem =
  | GitProblem
  | 'not-a-folder'
  | 'git-failed'
  | 'empty-repository'
  | 'unusable-rules'
  | 'too-little-code';

export class MiningError extends Error {
  readonly problem: MiningProblem;

  constructor(problem: MiningProblem, message: string) {
    super(message);
    this.name = 'MiningError';
    this.problem = problem;
  }
}
