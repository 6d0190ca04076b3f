export { buildTrainingSequences } from './batch.ts';
export { budgetFor, contextCharsFor, contextTokensFor, cutTo, type PromptBudget } from './budget.ts';
export {
  buildCompletionPrompt,
  type CompletionPrompt,
  formatFor,
  formatOf,
  orderOf,
  type PromptInput,
  publishedFormatOf,
  type TrainingSequence,
} from './build.ts';
export { servedBudget } from './density.ts';
