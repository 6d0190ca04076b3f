export type ModelProblem = 'missing' | 'not-gguf' | 'truncated' | 'architecture' | 'not-a-model' | 'cannot-fill-in';

/** Why a model file cannot be used. The message is for the user and says what to do. */
export class ModelError extends Error {
  readonly problem: ModelProblem;

  constructor(problem: ModelProblem, message: string) {
    super(message);
    this.name = 'ModelError';
    this.problem = problem;
  }
}
