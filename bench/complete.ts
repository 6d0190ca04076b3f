// npm run bench -- complete: `--help` says what it measures.

import { resolve } from 'node:path';
import { type Bar, report } from '../server/common/bars.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { commandLine, namesOf, numberWithin, refuse, wholeNumber } from './commandLine.ts';
import { adapterCost } from './complete/adapterCost.ts';
import { afterJump } from './complete/afterJump.ts';
import { againstPeer } from './complete/againstPeer.ts';
import { cancelMs } from './complete/cancelling.ts';
import { realFiles } from './complete/keystrokes.ts';
import { peerProgram } from './complete/peer.ts';
import { engineBytes, firstSuggestion } from './complete/server.ts';
import { shapeModelPath } from './complete/shapeModel.ts';
import { speculationGain } from './complete/speculation.ts';
import { whileTuning } from './complete/whileTuning.ts';
import { gemmaModel } from './realModel.ts';
import { replay } from './replay.ts';
import { shownBy } from './shownBy.ts';
import { passagesOf, Typist } from './typist.ts';

const USAGE = `usage: npm run bench -- complete [options]

Typing replayed before the completion engine.

options:
  --peer               measure llama-server beside it (built once); without it, the bars over the peer are left out
  --peer-server PATH   a llama-server that is there
  --model GGUF         measure that one alone: how soon its first suggestion comes behind a jump
  --typed N            then so many keys typed on, each after the answer to the one before (0)
  --rest SECONDS       where the cursor has rested so long before the key (0)
  --idle SECONDS       and the next one so much later (0)
  --keys N             keys typed (60)
  --only PART[,PART]   peer, cancel, speculation, adapter, gemma (an adapter's cost on Gemma 3 270M), typing, tuning, server (all)
  --json               end with one line of JSON`;

const { values } = commandLine(USAGE, {
  peer: { type: 'boolean', default: false },
  'peer-server': { type: 'string' },
  keys: { type: 'string', default: '60' },
  only: { type: 'string' },
  model: { type: 'string' },
  typed: { type: 'string' },
  rest: { type: 'string' },
  idle: { type: 'string' },
});
const PARTS = ['peer', 'cancel', 'speculation', 'adapter', 'gemma', 'typing', 'tuning', 'server'] as const;
const keys = wholeNumber('--keys', values.keys);
const parts = values.only === undefined ? PARTS : namesOf('--only', values.only, PARTS);
const besidePeer = values.peer || values['peer-server'] !== undefined;
if (values.only !== undefined && parts.includes('peer') && !besidePeer)
  refuse('--only peer needs --peer or --peer-server.');
for (const name of ['rest', 'idle', 'typed'] as const)
  if (values[name] !== undefined && values.model === undefined) refuse(`--${name} needs --model.`);
if (values.model !== undefined && (values.only !== undefined || besidePeer))
  refuse('--model measures that one alone: leave --only, --peer and --peer-server out.');
const restSeconds = numberWithin('--rest', values.rest ?? '0', 0, 3600);
const idleSeconds = numberWithin('--idle', values.idle ?? '0', 0, 3600);
const typedKeys = wholeNumber('--typed', values.typed ?? '0', 0);
const wanted = (part: (typeof PARTS)[number]): boolean => values.model === undefined && parts.includes(part);
const tell = (part: string): void => console.error(`bench complete: ${part}`);
const bars: Bar[] = [];
const fields: Record<string, unknown> = { keys };
const add = (name: string, value: number, bar: number): void => void bars.push({ name, value, op: '<=', bar });

if (values.model !== undefined) {
  tell('first suggestion behind a jump');
  const jump = await afterJump(resolve(values.model), {
    restMs: 1000 * restSeconds,
    idleMs: 1000 * idleSeconds,
    keys: typedKeys,
  });
  add('first-suggestion-after-jump-p50-ms', jump.p50Ms, 1500);
  add('first-suggestion-after-jump-p95-ms', jump.p95Ms, 3000);
  fields['afterJump'] = jump;
}
if (besidePeer && wanted('peer')) {
  tell('0.5B shape, against llama-server');
  const beside = await againstPeer(shapeModelPath(), values['peer-server'] ?? peerProgram(), keys);
  add('first-token-over-peer-p50', beside.firstTokenP50, 0.2);
  add('request-over-peer-p50', beside.requestP50, 0.4);
  add('request-over-peer-p95', beside.requestP95, 0.5);
  add('cold-over-peer', beside.cold, 1);
  add('prompt-tokens-per-keystroke-median', beside.promptTokensPerKeystroke, 4);
  fields['ours'] = beside.ours;
  fields['peer'] = beside.peer;
}
if (wanted('cancel')) {
  tell('0.5B shape, after a cancel');
  const cancel = await cancelMs(shapeModelPath());
  add('cancel-ms-p95', cancel.p95, 20);
  fields['cancel'] = cancel;
}
if (wanted('speculation')) {
  tell('speculation, bundled base');
  const gain = await speculationGain(keys);
  bars.push({ name: 'speculation-times-as-fast', value: gain.timesAsFast, op: '>=', bar: 1 });
  add('speculation-different-texts', shownBy(gain.places, gain.different), 0);
  fields['speculation'] = gain;
}
if (wanted('adapter')) {
  tell('cost of an adapter, bundled base');
  const cost = await adapterCost(keys, { path: bundledModelPath(), learningRate: 2e-3, fillsIn: true });
  add('adapter-over-base', cost.served, 1.1);
  add('served-loss-difference-percent', cost.lossDifferencePercent, 0.5);
  fields['adapter'] = cost;
}
if (wanted('gemma')) {
  tell('cost of an adapter, Gemma 3 270M');
  const cost = await adapterCost(keys, { path: await gemmaModel(), learningRate: 5e-4, fillsIn: false });
  add('gemma-adapter-over-base', cost.served, cost.merged ? 1.1 : 1.25);
  add('gemma-served-loss-difference-percent', cost.lossDifferencePercent, 0.5);
  fields['gemma'] = cost;
}
if (wanted('typing')) {
  tell('requests per character typed, in real time');
  const [passage] = passagesOf(realFiles(1)[0]!, 8, 1);
  const typed = await replay(new Typist(passage!, { seed: 5 }), {
    modelPath: bundledModelPath(),
    languageId: 'typescript',
  });
  // If nothing was typed or generated, a low request count means nothing.
  const asked = Math.min(typed.typedCharacters, typed.counters.generations);
  add('requests-per-typed-character', shownBy(asked, typed.requestsPerTypedCharacter), 0.5);
  fields['typing'] = { ...typed, offerMs: undefined };
}
if (wanted('tuning')) {
  tell('while tuning');
  const tuning = await whileTuning(keys);
  // Requests beside a tune that makes no steps show nothing.
  add('p95-while-tuning-over-idle', shownBy(tuning.stepsMeanwhile, tuning.ratio), 1.5);
  fields['whileTuning'] = tuning;
}
if (wanted('server')) {
  tell('server: first suggestion, memory');
  const first = await firstSuggestion();
  const engine = await engineBytes(shapeModelPath());
  add('server-and-engine-rss-mb', (first.serverBytes + engine) / 2 ** 20, 900);
  add('first-suggestion-seconds', first.seconds, 3);
  fields['memory'] = { serverMb: first.serverBytes / 2 ** 20, engineMb: engine / 2 ** 20 };
}
report(bars, values.json, fields);
