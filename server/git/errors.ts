/** Why git cannot work on a folder. */
export type GitProblem = 'no-git-program' | 'bare-repository';

/** The message is for the user and says what to do. */
export class GitError extends Error {
  readonly problem: GitProblem;

  constructor(problem: GitProblem, message: string) {
    super(message);
    this.name = 'GitError';
    this.problem = problem;
  }
}
