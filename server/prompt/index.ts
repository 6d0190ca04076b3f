export { type AsyncTokenizer, buildTrainingSequences } from './batch.ts';
export { budgetFor, contextTokensFor, type PromptBudget } from './budget.ts';
export {
  buildCompletionPrompt,
  buildTrainingSequence,
  type CompletionPrompt,
  formatOf,
  layoutTraining,
  type PromptFormat,
  type PromptInput,
  type Tokenizer,
  type TrainingLayout,
  type TrainingSequence,
  type TrainingText,
  tokensOf,
} from './build.ts';
