/**
 * How soon the first suggestion comes after a jump: the user opens an unread file, or goes to a distant place in it, types a letter, and
 * stops; or only after the cursor has rested there. Through the editor's own provider, whose windows adapt to the machine's speed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../../server/common/settings.ts';
import { Debounce } from '../../server/completion/debounce.ts';
import { EngineHost } from '../../server/completion/host.ts';
import { Paces } from '../../server/completion/pace.ts';
import { CompletionProvider } from '../../server/completion/provider.ts';
import { BUSY_BEFORE_REST_MS } from '../../server/completion/reader.ts';
import { NO_LEANS } from '../../server/completion/statistics/lean.ts';
import { createCompletionEngine } from '../../server/engine/index.ts';
import { Turns } from '../../server/engine/turns.ts';
import type { CompleteRequest, CompleteResult, CompletionEngine } from '../../server/engine/types.ts';
import { inspectModel } from '../../server/models/inspect.ts';
import { contextTokensFor } from '../../server/prompt/index.ts';
import { randomOf } from '../typist.ts';
import { type Keystroke, realFiles } from './keystrokes.ts';
import { median, quantile } from './statistics.ts';

const FILES = 8;
const JUMPS_PER_FILE = 3;

export interface AfterJump {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** CPU time of the engine, which other programs' load does not affect. */
  readonly cpuP50Ms: number;
  readonly offered: number;
  readonly jumps: number;
  readonly promptTokensP50: number;
  readonly readMsPerToken: number;
  readonly writeMsPerToken: number;
  /** Keys typed on from there, each after the answer to the one before. */
  readonly keys: {
    readonly count: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    /** Per key, also where an answer was at hand and nothing was asked: those not in the cache. */
    readonly evaluatedTokens: number;
  };
  /** The next keystroke at the same place, after time to read more around it. */
  readonly later: {
    readonly p50Ms: number;
    readonly promptTokensP50: number;
    /** Those not in the cache. */
    readonly evaluatedTokensP50: number;
  };
}

export async function afterJump(
  modelPath: string,
  { restMs, idleMs, keys }: { readonly restMs: number; readonly idleMs: number; readonly keys: number },
): Promise<AfterJump> {
  const { settings } = readSettings({});
  const answers: CompleteResult[] = [];
  const host = new EngineHost({
    createEngine: (onStatus) => watched(createCompletionEngine({ onStatus }), answers),
    contextTokens: async (path) => contextTokensFor((await inspectModel(path)).contextLength),
    onStatus: () => {},
    nowMs: () => performance.now(),
  });
  const paces = new Paces(null);
  const provider = new CompletionProvider({
    host,
    paces,
    debounce: new Debounce({ mostMs: 400 }),
    turns: new Turns(),
    leans: () => NO_LEANS,
    settings: () => settings,
    modelPath: () => modelPath,
    place: async () => ({ repoName: '', path: '', adapter: null }),
    disabled: () => null,
    textAbove: () => '',
    otherFiles: () => ({ context: '', similar: '' }),
    wait: async () => {},
    nowMs: () => performance.now(),
    onBattery: () => false,
    documentChanged: () => false,
    onEngineTime: () => {},
    onCpuTime: () => {},
    onError: (error) => {
      throw error;
    },
  });
  const times: number[] = [];
  const cpu: number[] = [];
  const tokens: number[] = [];
  const typed = { times: [] as number[], evaluated: 0 };
  const later = { times: [] as number[], tokens: [] as number[], evaluated: [] as number[] };
  let offered = 0;
  try {
    const { engine, model } = await host.loaded({ modelPath, device: 'cpu' });
    await paces.of(engine, model);
    const random = randomOf(11);
    for (const [number, text] of realFiles(FILES).entries()) {
      const uri = `file:///jump${number}.ts`;
      const ask = async ({ document, cursor }: Keystroke) => {
        const startedMs = performance.now();
        const request = { uri, text: document, offset: cursor, languageId: 'typescript', invoked: false };
        const outcome = await provider.provide(request, new AbortController().signal);
        return { outcome, ms: performance.now() - startedMs, answer: answers.at(-1) };
      };
      /** Before the last character was typed. What is not read by then is not waited for. */
      const rest = async ({ document, cursor }: Keystroke): Promise<void> => {
        const before = document.slice(0, cursor - 1) + document.slice(cursor);
        void provider.rested({ uri, text: before, offset: cursor - 1, languageId: 'typescript', invoked: false });
        await sleep(restMs);
      };
      for (let jump = 0; jump < JUMPS_PER_FILE; jump++) {
        const place = placeIn(text, random);
        if (restMs > 0) {
          // Until who wrote elsewhere counts as having left.
          await sleep(BUSY_BEFORE_REST_MS);
          await rest(place);
        }
        const first = await ask(place);
        // No request is made at places where no answer would be wanted.
        if (first.answer === undefined || first.outcome.kind === 'cancelled') continue;
        times.push(first.ms);
        cpu.push(first.answer.cpuMs);
        tokens.push(first.answer.promptTokens);
        if (first.outcome.kind === 'suggestion') offered++;
        for (const [key, character] of [...place.behind].slice(0, keys).entries()) {
          const asked = answers.length;
          const { ms } = await ask(after(place, place.behind.slice(0, key) + character));
          typed.times.push(ms);
          for (const { evaluatedTokens } of answers.slice(asked)) typed.evaluated += evaluatedTokens;
        }
        if (idleMs === 0) continue;
        await sleep(idleMs);
        const next = await ask(after(place, `${place.behind.slice(0, keys)}q`));
        if (next.answer === first.answer || next.answer === undefined) continue;
        later.times.push(next.ms);
        later.tokens.push(next.answer.promptTokens);
        later.evaluated.push(next.answer.evaluatedTokens);
      }
    }
    const pace = await paces.of(engine, model);
    return {
      p50Ms: median(times),
      p95Ms: quantile(times, 0.95),
      cpuP50Ms: median(cpu),
      offered,
      jumps: times.length,
      promptTokensP50: median(tokens),
      readMsPerToken: pace.readMs,
      writeMsPerToken: pace.writeMs,
      keys: {
        count: typed.times.length,
        p50Ms: median(typed.times),
        p95Ms: quantile(typed.times, 0.95),
        evaluatedTokens: typed.evaluated / typed.times.length,
      },
      later: {
        p50Ms: median(later.times),
        promptTokensP50: median(later.tokens),
        evaluatedTokensP50: median(later.evaluated),
      },
    };
  } finally {
    provider.cancel();
    await host.unload();
  }
}

/** A place whose line ends at the cursor. */
interface Place extends Keystroke {
  /** What the line had there. */
  readonly behind: string;
}

function after({ document, cursor }: Keystroke, typed: string): Keystroke {
  return { document: document.slice(0, cursor) + typed + document.slice(cursor), cursor: cursor + typed.length };
}

/** The beginning of a word in a line whose rest is missing. */
function placeIn(text: string, random: () => number): Place {
  for (;;) {
    const at = Math.floor(text.length * (0.1 + 0.85 * random()));
    const lineStart = text.lastIndexOf('\n', at - 1) + 1;
    const lineEnd = text.indexOf('\n', at);
    const line = text.slice(lineStart, lineEnd);
    if (line.trim().length < 20 || /^\s*(?:\/\/|\*|\/\*)/.test(line)) continue;
    const cursor = text.indexOf(' ', at) + 1;
    if (cursor > 0 && cursor <= lineEnd)
      return { document: text.slice(0, cursor) + text.slice(lineEnd), cursor, behind: text.slice(cursor, lineEnd) };
  }
}

/** Records answers; requests that only read do not count. */
function watched(engine: CompletionEngine, answers: CompleteResult[]): CompletionEngine {
  return {
    load: (options) => engine.load(options),
    tokenize: (texts) => engine.tokenize(texts),
    score: (samples, adapter, signal) => engine.score(samples, adapter, signal),
    dispose: () => engine.dispose(),
    complete: async (request: CompleteRequest, signal, onText) => {
      const result = await engine.complete(request, signal, onText);
      if (request.maxTokens > 0) answers.push(result);
      return result;
    },
  };
}
