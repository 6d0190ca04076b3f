/** Why git does not answer for a folder. The message is for the user, with git's own words where it has any, and says what to do. */
export type GitProblem =
  | 'no-git-program'
  | 'bare-repository'
  | 'not-started'
  /** There is a `.git`, and git will not work with it. */
  | 'refused'
  /** It hangs, or its answer has no end. */
  | 'unanswered';

export class GitError extends Error {
  readonly problem: GitProblem;

  constructor(problem: GitProblem, message: string) {
    super(message);
    this.name = 'GitError';
    this.problem = problem;
  }
}
