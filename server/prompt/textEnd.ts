/** Where the text of a training example ends. */

interface Example {
  readonly tokens: ArrayLike<number>;
  /** Index of the first token that carries loss. */
  readonly lossFrom: number;
}

/**
 * Number of tokens without the end-of-text token that may follow the text. Losses are measured on these alone: an untuned base seldom ends
 * by itself where it should, every tune mends that, and it hardly shows in suggestions, since a line ends with its line and a block where it
 * closes (bench/results/usefulness.md). An example of nothing else keeps it.
 */
export function textEnd({ tokens, lossFrom }: Example, eot: number | undefined): number {
  const last = tokens.length - 1;
  return last > lossFrom && tokens[last] === eot ? last : tokens.length;
}
