/** For tests: a result at a place. */
import type { Found } from './work.ts';

export const foundOne = (more: Partial<Found> = {}): Found => ({
  text: 'value(x)',
  silent: '',
  confidence: -0.1,
  exact: false,
  firstLine: false,
  similarity: 0,
  kept: 0,
  syntaxValid: true,
  nll: 10,
  bytes: 10,
  end: 4,
  promptTokens: 100,
  file: null,
  alone: null,
  ...more,
});
