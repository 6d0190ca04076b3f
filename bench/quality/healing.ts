/** Whether the first token after the cursor is right, with and without token healing. */
import type { AdapterRef, CompletionEngine, ModelInfo, PromptPart } from '../../server/engine/types.ts';
import { budgetFor, buildCompletionPrompt, formatOf } from '../../server/prompt/index.ts';
import { preTokenAt, preTokenStarts } from '../../server/prompt/preTokens.ts';
import { casesAt, POSITIONS, type PositionKind } from './positions.ts';

export interface HealingRow {
  readonly position: PositionKind;
  readonly cases: number;
  /** Share of cursors whose next word matches the original. */
  readonly healed: number;
  readonly plain: number;
}

/** Tokens enough for the longest word. */
const TOKENS = 12;

export async function measureHealing(
  files: readonly string[],
  count: number,
  { engine, model, adapter }: { engine: CompletionEngine; model: ModelInfo; adapter: AdapterRef | null },
): Promise<HealingRow[]> {
  const rows: HealingRow[] = [];
  for (const position of Object.keys(POSITIONS) as PositionKind[]) {
    const cases = casesAt(position, files, count);
    let [healedRight, plainRight] = [0, 0];
    for (const { prefix, middle, suffix } of cases) {
      const word = nextWord(prefix, middle);
      const prompt = buildCompletionPrompt(
        { repoName: '', context: '', prefix, suffix },
        formatOf(model),
        budgetFor(model.contextLength),
      );
      const ask = async (parts: readonly PromptPart[], heal: string): Promise<boolean> => {
        const { text } = await engine.complete({ prompt: parts, heal, maxTokens: TOKENS, stop: ['\n'], adapter });
        return nextWord(prefix, `${text}\n`) === word;
      };
      if (await ask(prompt.parts, prompt.heal)) healedRight++;
      if (await ask(withTail(prompt.parts, prompt.heal), '')) plainRight++;
    }
    rows.push({ position, cases: cases.length, healed: healedRight / cases.length, plain: plainRight / cases.length });
  }
  return rows;
}

/** What `text` adds to the pre-token at the cursor, or else its own first pre-token. */
function nextWord(prefix: string, text: string): string {
  const near = prefix.slice(-200);
  const joined = near + text;
  const start = preTokenAt(joined, near.length);
  const rest = joined.slice(start);
  const end = preTokenStarts(rest)[1] ?? rest.length;
  return joined.slice(near.length, start + end).trimEnd();
}

/** The prompt without healing: it ends at the cursor. */
export function withTail(parts: readonly PromptPart[], heal: string): PromptPart[] {
  const last = parts.at(-1);
  if (last !== undefined && 'text' in last) return [...parts.slice(0, -1), { text: last.text + heal }];
  return heal === '' ? [...parts] : [...parts, { text: heal }];
}
