/** Measures a base at held-out cursor positions through the serving engine: greedy, healed, without completion filters. */
import { codeOf } from '../../server/engine/errorCodes.ts';
import type { CompleteResult, CompletionEngine, ModelInfo } from '../../server/engine/types.ts';
import { type PromptBudget, shrink } from '../../server/prompt/budget.ts';
import { budgetFor, buildCompletionPrompt, formatOf } from '../../server/prompt/index.ts';
import { withTail } from '../quality/healing.ts';
import { loops } from './loops.ts';
import type { Position } from './positions.ts';

/** Enough for a line of 60 characters, and for a loop to show. */
const GENERATED_TOKENS = 64;
/** Both bases are scored on windows of the same length, within what both were trained on. */
const SCORED_TOKENS = 900;
const SCORED_BEFORE = 2000;
const SCORED_BEHIND = 800;

export interface Outcome {
  readonly language: string;
  readonly firstToken: boolean;
  readonly lineExact: boolean;
  /** After the true middle, tokenized as in training, the model's first choice is to end. */
  readonly stopsRight: boolean;
  readonly loops: boolean;
  readonly text: string;
}

export interface Bits {
  readonly language: string;
  readonly bits: number;
  readonly bytes: number;
}

export class BaseMeasurement {
  readonly #engine: CompletionEngine;
  readonly #model: ModelInfo;
  readonly #budget: PromptBudget;

  constructor(engine: CompletionEngine, model: ModelInfo) {
    this.#engine = engine;
    this.#model = model;
    this.#budget = budgetFor(model.contextLength);
  }

  async completeAt(position: Position): Promise<Outcome> {
    const { text } = await this.#complete(position.prefix, position.suffix, GENERATED_TOKENS);
    const first = await this.#complete(position.prefix, position.suffix, 1);
    return {
      language: position.language,
      firstToken: first.text.trimEnd() !== '' && `${position.rest}\n`.startsWith(first.text),
      lineExact: text.split('\n', 1)[0]!.trimEnd() === position.rest,
      stopsRight: await this.#stopsBehind(position),
      loops: loops(text),
      text,
    };
  }

  /** Bits of the text around the position, scored as plain text without a prompt. */
  async bitsOf({ language, prefix, rest, suffix }: Position): Promise<Bits> {
    const text = prefix.slice(-SCORED_BEFORE) + rest + suffix.slice(0, SCORED_BEHIND);
    const [tokens = []] = await this.#engine.tokenize([text]);
    const scored = tokens.slice(0, SCORED_TOKENS);
    const [score] = await this.#engine.score([{ tokens: scored, lossFrom: 1, lossTo: scored.length }], null);
    // The first token has no probability; if the text is cut, its bytes count proportionally.
    return {
      language,
      bits: score!.nll / Math.LN2,
      bytes: (Buffer.byteLength(text) * (scored.length - 1)) / tokens.length,
    };
  }

  async #stopsBehind({ prefix, rest, suffix }: Position): Promise<boolean> {
    const input = { repoName: '', context: '', prefix: prefix + rest, suffix };
    const { parts, heal } = buildCompletionPrompt(input, formatOf(this.#model), shrink(this.#budget, 0.8));
    // No healing here: the last pre-token, which healing would take back, is included.
    const whole = withTail(parts, heal);
    const ids = await this.#engine.tokenize(whole.flatMap((part) => ('text' in part ? [part.text] : [])));
    let next = 0;
    const tokens = whole.flatMap((part) => ('text' in part ? ids[next++]! : [this.#model.special[part.special]!]));
    const fitting = tokens.slice(-(this.#model.contextLength - 1));
    const sample = {
      tokens: [...fitting, this.#model.special.eot!],
      lossFrom: fitting.length,
      lossTo: fitting.length + 1,
    };
    const [score] = await this.#engine.score([sample], null);
    return score!.top1 === 1;
  }

  /** Requests as completion does: a prompt with more tokens than estimated is cut again. */
  async #complete(prefix: string, suffix: string, maxTokens: number): Promise<CompleteResult> {
    const input = { repoName: '', context: '', prefix, suffix };
    for (let budget = this.#budget; ; budget = shrink(budget, 0.8)) {
      const { parts, heal } = buildCompletionPrompt(input, formatOf(this.#model), budget);
      try {
        return await this.#engine.complete({ prompt: parts, heal, maxTokens, stop: [], adapter: null });
      } catch (error) {
        if (codeOf(error) !== 'too-long' || budget.promptTokens < 64) throw error;
      }
    }
  }
}
