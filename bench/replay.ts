/**
 * Runs a typist against the completion provider in real time, requesting as an editor does: at every keystroke, cancelling the previous
 * one.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../server/common/settings.ts';
import { Debounce } from '../server/completion/debounce.ts';
import { EngineHost } from '../server/completion/host.ts';
import { Paces } from '../server/completion/pace.ts';
import type { Offer } from '../server/completion/present.ts';
import { CompletionProvider, type ProviderCounters } from '../server/completion/provider.ts';
import { NO_LEANS } from '../server/completion/statistics/lean.ts';
import { createCompletionEngine } from '../server/engine/index.ts';
import { Turns } from '../server/engine/turns.ts';
import type { AdapterRef, CompletionEngine } from '../server/engine/types.ts';
import { inspectModel } from '../server/models/inspect.ts';
import { contextTokensFor } from '../server/prompt/index.ts';
import type { Typist } from './typist.ts';

export interface Replayed {
  readonly typedCharacters: number;
  readonly acceptedCharacters: number;
  readonly accepted: number;
  readonly offered: number;
  /** Generations requested from the model, look-ahead included, per character typed. */
  readonly requestsPerTypedCharacter: number;
  readonly counters: Readonly<ProviderCounters>;
  /** From keystroke to offer, for every offer. */
  readonly offerMs: readonly number[];
}

export interface ReplayOptions {
  readonly modelPath: string;
  readonly adapter?: AdapterRef | null;
  readonly languageId: string;
  /** The editor's own delay between keystroke and request (VS Code: about 50 ms). */
  readonly editorDelayMs?: number;
  readonly engine?: CompletionEngine;
}

export async function replay(typist: Typist, options: ReplayOptions): Promise<Replayed> {
  const { languageId, modelPath, adapter = null, editorDelayMs = 50 } = options;
  const { settings } = readSettings({});
  let onScreen = typist.document;
  const debounce = new Debounce({ mostMs: 400 });
  const host = new EngineHost({
    createEngine: (onStatus) => options.engine ?? createCompletionEngine({ onStatus }),
    contextTokens: async (path) => contextTokensFor((await inspectModel(path)).contextLength),
    onStatus: () => {},
    nowMs: () => performance.now(),
  });
  const provider = new CompletionProvider({
    host,
    debounce,
    turns: new Turns(),
    paces: new Paces(null),
    leans: () => NO_LEANS,
    settings: () => settings,
    modelPath: () => modelPath,
    place: async () => ({ repoName: '', path: '', adapter }),
    disabled: () => null,
    textAbove: () => '',
    otherFiles: () => ({ context: '', similar: '' }),
    wait,
    nowMs: () => performance.now(),
    onBattery: () => false,
    documentChanged: ({ text }) => text !== onScreen,
    onEngineTime: () => {},
    onCpuTime: () => {},
    onError: (error) => {
      throw error;
    },
  });
  let [typedCharacters, acceptedCharacters, accepted, offered] = [0, 0, 0, 0];
  const offerMs: number[] = [];
  let shown: Offer | null = null;
  let asking = new AbortController();
  await host.loaded({ modelPath, device: settings.device });
  const ask = async (text: string, offset: number, signal: AbortSignal): Promise<void> => {
    const askedAtMs = performance.now();
    await wait(editorDelayMs, signal);
    const request = { uri: 'file:///replayed', text, offset, languageId, invoked: false };
    if (signal.aborted) return;
    const outcome = await provider.provide(request, signal);
    if (outcome.kind !== 'suggestion' || signal.aborted) return;
    shown = outcome;
    offered++;
    offerMs.push(performance.now() - askedAtMs);
    await provider.lookAhead(request, outcome);
  };
  for (;;) {
    const before = performance.now();
    const action = typist.next(shown);
    if (action.kind === 'done') break;
    const { document } = typist;
    await wait(action.afterMs - (performance.now() - before), new AbortController().signal);
    asking.abort();
    asking = new AbortController();
    shown = null;
    if (action.kind === 'edit') typedCharacters += action.typed;
    if (action.kind === 'accept') {
      accepted++;
      acceptedCharacters += action.text.length;
    }
    if (action.kind === 'move') continue;
    debounce.key(performance.now());
    onScreen = document;
    void ask(document, action.cursor, asking.signal);
  }
  asking.abort();
  provider.cancel();
  if (options.engine === undefined) await host.unload();
  const { counters } = provider;
  return {
    typedCharacters,
    acceptedCharacters,
    accepted,
    offered,
    requestsPerTypedCharacter: counters.generations / Math.max(1, typedCharacters),
    counters,
    offerMs,
  };
}

/** Resolves early if `signal` is aborted. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
