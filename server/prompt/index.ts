export { buildTrainingSequences } from './batch.ts';
export { budgetFor, contextTokensFor, type PromptBudget } from './budget.ts';
export {
  buildCompletionPrompt,
  type CompletionPrompt,
  formatOf,
  type PromptFormat,
  type TrainingSequence,
} from './build.ts';
