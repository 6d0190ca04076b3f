/** Why git does not answer for a folder. The message is for the user, includes git's own if it has any, and says what to do. */
export type GitProblem =
  | 'no-git-program'
  | 'bare-repository'
  | 'not-started'
  /** There is a `.git`, but git refuses it. */
  | 'refused'
  /** It hangs, or its answer is endless. */
  | 'unanswered';

export class GitError extends Error {
  readonly problem: GitProblem;

  constructor(problem: GitProblem, message: string) {
    super(message);
    this.name = 'GitError';
    this.problem = problem;
  }
}
