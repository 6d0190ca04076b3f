/** Asks the engine for the text at a cursor. `present.ts` decides what is kept of it, anew with every typed character. */
import { codeOf } from '../engine/errorCodes.ts';
import type {
  AdapterRef,
  CompleteRequest,
  CompleteResult,
  CompletionEngine,
  LoadedEngine,
  StopReason,
} from '../engine/types.ts';
import { type SyntaxReader, syntaxFor } from '../languages/syntax.ts';
import { shrink } from '../prompt/budget.ts';
import { cutTo, formatFor, servedBudget } from '../prompt/index.ts';
import { textBeside } from './beside.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { indentedAsFile, soFarIndentedAsFile } from './indentUnit.ts';
import { soFarWithoutLineStart, withoutLineStart } from './lineStart.ts';
import { inputAt, promptsFor } from './prompts.ts';
import { mayBreak, shapeAt } from './shape.ts';
import type { Shape } from './suggestion.ts';
import { lineStops, UnitEnd } from './unitEnd.ts';
import { type Writer, writerOf } from './worth.ts';
import { inked, tokensOf, type WrittenToken } from './writtenTokens.ts';

export interface CompletionTarget {
  /** The document's whole text. */
  readonly text: string;
  /** Cursor in UTF-16 units. */
  readonly offset: number;
  readonly languageId: string;
  readonly repoName: string;
  /** Cross-file context, '' for none. */
  readonly context: string;
  /** From its folder, '/' separated, '' for what is no file: a document that has hardly begun is named to the model. Absent: it is not. */
  readonly path?: string;
  /** Repository code similar to the cursor's surroundings, for speculation; absent for none. */
  readonly similar?: string;
}

/** A loaded engine and the adapter to serve with, null for the base alone. */
export interface Serving extends LoadedEngine {
  readonly adapter: AdapterRef | null;
}

export interface GenerateOptions {
  readonly maxTokens: number;
  /** Which distinct candidate, 0 the best. */
  readonly candidate?: number;
  readonly deadlineMs?: number;
  /** Length of the windows, even if the model could see more. */
  readonly promptTokens?: number;
  /** Tokens that there is time to evaluate: if more than these are not in the KV cache, the prompt is shortened. Absent: no limit. */
  readonly freshTokens?: number;
  /** Called with every answer, for its timings. */
  readonly onTimed?: (result: CompleteResult) => void;
  /** Called for every engine call, also those whose text is no longer of use. */
  readonly onCpuTime?: (ms: number) => void;
}

export interface Usage {
  /** Whether the prompt was shortened for want of time: the rest can now be read for the next answer. */
  readonly shortened: boolean;
  readonly promptTokens: number;
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
  readonly ms: number;
}

/** What the model wrote, without a repeated beginning of the line and indented as the file, so that what is typed along is the same text. */
export interface Generation {
  /** Continues the text at the cursor; line breaks `\n`. */
  readonly text: string;
  /** What it wrote before that and has been typed since; absent for nothing. */
  readonly typed?: string;
  readonly shape: Shape;
  /** Stopped by the token or time limit, not by the model. */
  readonly cutOff: boolean;
  /** Stopped by the time limit: the same request with more time yields more. */
  readonly late: boolean;
  readonly writer: Writer;
  /** Of all that it wrote, what has been typed since included. */
  readonly tokens: readonly WrittenToken[];
  /** How many units without blanks of that have been typed; absent for none. */
  readonly typedUnits?: number;
  readonly usage: Usage;
}

/** null: cancelled. A prompt that has more tokens than estimated is cut again, as in training. */
export async function generate(
  target: CompletionTarget,
  { engine, model, adapter }: Serving,
  options: GenerateOptions,
  signal?: AbortSignal,
  onText?: (text: string) => void,
): Promise<Generation | null> {
  const cursor = cursorAt(target.text, target.offset, target.languageId);
  const syntax = await syntaxFor(target.languageId);
  const format = formatFor(model, adapter);
  const input = inputAt(target);
  const all = await servedBudget({ engine, model });
  const first = options.promptTokens === undefined ? all : cutTo(options.promptTokens, all);
  for (let budget = first; ; budget = shrink(budget, 0.8)) {
    const [{ parts, heal, closers, reach }, ...shorter] = promptsFor(input, format, budget, options.freshTokens);
    const shape = shapeAt(cursor, closers, syntax);
    const request: CompleteRequest = {
      prompt: parts,
      ...(shorter.length === 0 ? {} : { shorter: shorter.map((one) => one.parts), freshTokens: options.freshTokens! }),
      heal,
      maxTokens: options.maxTokens,
      stop: shape === 'line' ? lineStops(cursor, closers) : [],
      adapter,
      beside: textBeside({ ...target, similar: target.similar ?? '' }, reach),
      ...(options.candidate === undefined ? {} : { candidate: options.candidate }),
      ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
    };
    try {
      const writer = writerOf(model, adapter !== null);
      const asked = { shape, cursor, syntax, writer, options };
      const written = await run(engine, request, asked, signal, onText);
      const isBroken = written?.stopReason === 'stop-text' && written.generation.text.trim() === '';
      if (!isBroken || shape !== 'line' || !mayBreak(cursor, syntax)) return written?.generation ?? null;
      return await broken(engine, request, asked, written.generation.usage, signal, onText);
    } catch (error) {
      if (codeOf(error) !== 'too-long' || budget.promptTokens < 64) throw error;
    }
  }
}

const MOST_BLANKS = 32;

/** On an indented line a small base can fall into blanks for good: all its tokens were waited for, and nothing was left of them. */
function isRunOfBlanks(text: string, { linePrefix }: Cursor): boolean {
  return text.length >= MOST_BLANKS && text.trim() === '' && linePrefix.trim() === '' && !text.includes('\n');
}

interface Asked {
  readonly shape: Shape;
  readonly cursor: Cursor;
  readonly syntax: SyntaxReader | null;
  readonly writer: Writer;
  readonly options: GenerateOptions;
}

interface Answer {
  readonly generation: Generation;
  readonly stopReason: StopReason;
}

/** The same place asked for again, as a block: the model broke the line. The prompt is in the KV cache, so little is computed twice. */
async function broken(
  engine: CompletionEngine,
  request: CompleteRequest,
  asked: Asked,
  before: Usage,
  signal?: AbortSignal,
  onText?: (text: string) => void,
): Promise<Generation | null> {
  const { deadlineMs, ...rest } = request;
  const left = deadlineMs === undefined ? {} : { deadlineMs: Math.max(0, deadlineMs - before.ms) };
  const block = { ...asked, shape: 'block' as const };
  const written = await run(engine, { ...rest, ...left, stop: [] }, block, signal, onText);
  if (written === null) return null;
  const { usage } = written.generation;
  return {
    ...written.generation,
    usage: {
      ...usage,
      evaluatedTokens: before.evaluatedTokens + usage.evaluatedTokens,
      generatedTokens: before.generatedTokens + usage.generatedTokens,
      ms: before.ms + usage.ms,
    },
  };
}

/** Stops the engine as soon as it has written enough; what is kept is the same either way. */
async function run(
  engine: CompletionEngine,
  request: CompleteRequest,
  { shape, cursor, syntax, writer, options }: Asked,
  signal?: AbortSignal,
  onText?: (text: string) => void,
): Promise<Answer | null> {
  const enough = new AbortController();
  const either = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]);
  const unit = new UnitEnd(cursor, syntax);
  const result = await engine.complete(request, either, (written) => {
    const text = withOwnBreaks(written);
    onText?.(soFarIndentedAsFile(soFarWithoutLineStart(text, cursor), cursor));
    if ((shape === 'block' && unit.reached(text)) || isRunOfBlanks(text, cursor)) enough.abort();
  });
  options.onCpuTime?.(result.cpuMs);
  options.onTimed?.(result);
  if (signal?.aborted || (result.stopReason === 'cancelled' && !enough.signal.aborted)) return null;
  const { promptTokens, evaluatedTokens, generatedTokens } = result;
  const whole = withOwnBreaks(result.text);
  const complete = shape === 'block' && unit.reached(whole) ? unit.kept : whole;
  const text = withoutLineStart(complete, cursor);
  const generation = {
    text: indentedAsFile(text, cursor),
    tokens: tokensOf(result, inked(complete) - inked(text)),
    shape,
    cutOff: CUT_OFF.has(result.stopReason),
    late: result.stopReason === 'deadline',
    writer,
    usage: {
      shortened: result.prompt > 0,
      promptTokens,
      evaluatedTokens,
      generatedTokens,
      ms: result.promptMs + result.generateMs,
    },
  };
  return { generation, stopReason: result.stopReason };
}

/** A base trained on Windows files may write their line breaks, above all where the document has none yet. */
function withOwnBreaks(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

const CUT_OFF: ReadonlySet<StopReason> = new Set(['max-tokens', 'deadline']);
