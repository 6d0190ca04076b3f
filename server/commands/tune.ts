import { constants, setPriority } from 'node:os';
import { resolve } from 'node:path';
import { type Bar, barsLine } from '../common/bars.ts';
import { counted, indented, table, tenths } from '../common/format.ts';
import { toolVersion } from '../common/version.ts';
import { createTuneEngine } from '../engine/index.ts';
import { BUNDLED_NOTE, isBundled, resolveModel } from '../models/bundled.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { RUN_PARTS, type TuneProgress, type TuneResult } from '../protocol/tune.ts';
import type { RefitResult } from '../runs/refit.ts';
import { newRunId } from '../runs/runId.ts';
import { watchedRefit, watchedRun } from '../runs/watchedRun.ts';
import { isEndOfSession } from '../system/endOfSession.ts';
import { minutesOf, PRESETS } from '../tuning/presets.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { type Command, countOf, DEVICES, numberOf, oneOf, parse, UsageError } from './command.ts';
import { reasonAtHand } from './judging.ts';
import { folderToGoOn, interruptedToResume, sayingHowToGoOn } from './resumeTune.ts';
import { folderWords, progressLine, StatusLine, stoppedElsewhere } from './terminal.ts';

/** How a run is made. An interrupted one goes on as it was begun. */
const FIXED_BY_RESUME = [
  'model',
  'base-type',
  'minutes',
  'threads',
  'device',
  'refit',
  'run-id',
  'background',
] as const;
/** What `--refit` takes from the version that it repeats, or has no use for, as nothing is measured. */
const FIXED_BY_REFIT = [
  'continue',
  'keep-up',
  'edits',
  'size',
  'rank',
  'alpha',
  'blocks',
  'learning-rate',
  'seed',
  'name',
  'anyway',
  'force',
] as const;
const BASE_TYPES = ['q4_0', 'iq4_nl', 'q4_k', 'q8_0', 'f16', 'as-is'] as const;

export const tuneCommand: Command = {
  summary: 'Tunes an adapter on a folder and stores it; it is activated if it is better on held-out files.',
  usage: `[folder] [--model file.gguf] [--base-type ${BASE_TYPES.join('|')}] [--rank n] [--alpha n] [--blocks n] [--learning-rate x] \
         [--size ${PRESETS.join('|')}] [--minutes n] [--seed n] [--threads n] [--device ${DEVICES.join('|')}] [--name text] \
         [--continue adapter|active | --keep-up | --refit adapter | --resume] [--no-by-time] [--edits] [--pause-on-battery] [--anyway] [--force] [--json]
         --model: the base (the bundled one); --base-type: of its frozen weights (q4_0)
         --minutes: the most the run may take (just under 5 on the bundled base, just under 30 on larger ones)
         --rank, --alpha: of the adapter (16, twice the rank); --size: minutes and rank of one of the panel's sizes, where they are not given
         --blocks: how many of the base's last blocks get an adapter; 0 is all (by default the base's size and the machine's speed decide)
         --edits: also learns next edits, committed and recorded, as a quarter of what is learned, with a base such as Qwen2.5-Coder
         --anyway: trains even if the time is too short to help; --force: activates whatever the evaluation says
         --continue: trains that version further; --no-by-time: holds out only files, and learns the newest commits too
         --keep-up: continues from the active adapter with what was committed since its tune and a replay of older code; with edits if it has learned some
         --refit: retrains an adapter that passed on all files, held-out ones included, without an evaluation, for as long as it was trained \
           (or --minutes)
         --resume: continues a run that a restart, a power failure or a kill interrupted in its training, as it was begun`,
  leftWhenStopped: (_, signal) =>
    isEndOfSession(signal) ? 'If its training had begun, tune --resume continues it.' : undefined,
  async run(args, signal) {
    const told = read(args);
    const { json, pauseOnBattery, background, again } = told;
    const replaces = again === null && !background && told.options.keepUp !== true;
    const resume =
      replaces && !told.followed ? await interruptedToResume(told.options.folder, told.resume, json) : null;
    const options =
      resume === null
        ? told.options
        : { ...resume.record.options, folder: await folderToGoOn(resume, told.options.folder) };
    const runId = resume?.record.runId ?? told.runId;
    // Inherited by the processes it starts.
    if (background) setPriority(constants.priority.PRIORITY_LOW);
    const serving = new ServingOnce();
    const line = new StatusLine(process.stderr);
    if (!json && isBundled(options.modelPath)) console.log(BUNDLED_NOTE);
    // Of the base: its file may be gone when the run has ended.
    let parameters = 0;
    try {
      const dependencies = {
        serving: async (modelPath: string) => {
          const loaded = await serving.load(modelPath, options.device ?? 'auto');
          parameters = loaded.model.parameters;
          return loaded;
        },
        createTuneEngine,
        nowMs: Date.now,
        toolVersion,
        pauseOnBattery,
        background,
        resume,
        onProgress: (snapshot: TuneProgress) => line.show(progressLine(snapshot)),
      };
      if (again !== null) {
        const outcome = await watchedRefit(runId, again, options, dependencies, signal);
        line.clear();
        if (outcome.kind === 'stopped') return stoppedElsewhere();
        const { result } = outcome;
        console.log(json ? barsLine([], { ...result }) : describeRefit(result, options.folder));
        return 0;
      }
      const outcome = await watchedRun(runId, options, dependencies, signal);
      line.clear();
      if (outcome.kind === 'stopped') return stoppedElsewhere();
      const { result } = outcome;
      const minutes = minutesOf({ ...options, size: options.size ?? 'balanced' }, parameters);
      console.log(
        json ? barsLine(barsOf(result, minutes), { ...result, baseType: options.baseType }) : describe(result, options),
      );
      return 0;
    } catch (error) {
      throw signal.aborted ? error : await sayingHowToGoOn(error, options.folder, runId);
    } finally {
      line.clear();
      await serving.dispose();
    }
  },
};

interface Asked {
  readonly options: TuneOptions;
  readonly json: boolean;
  readonly runId: string;
  readonly pauseOnBattery: boolean;
  /** Started by a window's server, which holds it while somebody types. */
  readonly background: boolean;
  /** A version to retrain on everything. */
  readonly again: string | null;
  /** Continues an interrupted run. */
  readonly resume: boolean;
  /** Started by a server, which has asked already. */
  readonly followed: boolean;
}

function read(args: readonly string[]): Asked {
  const { values, positionals } = parse(args, {
    model: { type: 'string' },
    'base-type': { type: 'string' },
    size: { type: 'string' },
    rank: { type: 'string' },
    alpha: { type: 'string' },
    blocks: { type: 'string' },
    'learning-rate': { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    threads: { type: 'string' },
    device: { type: 'string' },
    name: { type: 'string' },
    continue: { type: 'string' },
    'by-time': { type: 'boolean', default: true },
    'keep-up': { type: 'boolean', default: false },
    edits: { type: 'boolean', default: false },
    refit: { type: 'string' },
    resume: { type: 'boolean', default: false },
    'pause-on-battery': { type: 'boolean', default: false },
    // Used by the language server, which follows the run under this name.
    'run-id': { type: 'string' },
    background: { type: 'boolean', default: false },
    anyway: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  if (positionals.length > 1) throw new UsageError('name only one folder');
  if (values['keep-up'] && values.continue !== undefined)
    throw new UsageError('--keep-up continues from the active adapter: leave --continue out');
  if (values.refit !== undefined) {
    const given = FIXED_BY_REFIT.find((flag) => values[flag] !== undefined && values[flag] !== false);
    if (given !== undefined) throw new UsageError(`--refit repeats how that adapter was made: leave --${given} out`);
  }
  if (values.resume) {
    const given = [...FIXED_BY_RESUME, ...FIXED_BY_REFIT].find(
      (flag) => values[flag] !== undefined && values[flag] !== false,
    );
    if (given !== undefined) throw new UsageError(`--resume continues a run as it was begun: leave --${given} out`);
  }
  const size = oneOf(values.size, 'size', PRESETS);
  const rank = countOf(values.rank, 'rank', 1, 256);
  const alpha = numberOf(values.alpha, 'alpha', 0.01, 10_000);
  const adaptedBlocks = countOf(values.blocks, 'blocks', 0, 4096);
  const learningRate = numberOf(values['learning-rate'], 'learning-rate', 1e-8, 1);
  const maxMinutes = numberOf(values.minutes, 'minutes', 0.05, 24 * 60);
  const seed = countOf(values.seed, 'seed', 0, 2 ** 31 - 1);
  const threads = countOf(values.threads, 'threads', 1, 256);
  const device = oneOf(values.device, 'device', DEVICES);
  const name = values.name?.trim();
  if (name !== undefined && (name === '' || name.length > 100))
    throw new UsageError('--name takes 1 to 100 characters');
  const options: TuneOptions = {
    folder: resolve(positionals[0] ?? '.'),
    modelPath: resolveModel(values.model),
    baseType: oneOf(values['base-type'], 'base-type', BASE_TYPES) ?? 'q4_0',
    ...(size === undefined ? {} : { size }),
    ...(rank === undefined ? {} : { rank }),
    ...(alpha === undefined ? {} : { alpha }),
    ...(adaptedBlocks === undefined ? {} : { adaptedBlocks }),
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(maxMinutes === undefined ? {} : { maxMinutes }),
    ...(seed === undefined ? {} : { seed }),
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
    ...(name === undefined ? {} : { name }),
    ...(values.continue === undefined ? {} : { continueFrom: values.continue }),
    ...(values['keep-up'] ? { keepUp: true } : {}),
    byTime: values['by-time'],
    edits: values.edits,
    anyway: values.anyway,
    force: values.force,
  };
  const runId = values['run-id'] ?? newRunId(Date.now());
  if (!/^run-[\w-]{1,60}$/.test(runId)) throw new UsageError('--run-id takes a name like run-20260101-abcdef');
  return {
    options,
    json: values.json,
    runId,
    pauseOnBattery: values['pause-on-battery'],
    background: values.background,
    again: values.refit ?? null,
    resume: values.resume,
    followed: values['run-id'] !== undefined,
  };
}

function lossFallPercent({ heldOutLossBase, heldOutLossTuned }: TuneResult): number {
  return (1 - heldOutLossTuned / heldOutLossBase) * 100;
}

/** For programs: a person reads the gate's verdict. `minutes`: the most the run might take. */
function barsOf(result: TuneResult, minutes: number): Bar[] {
  return [
    { name: 'held-out-loss-fall-percent', value: lossFallPercent(result), op: '>=', bar: 5 },
    { name: 'minutes', value: result.minutes, op: '<=', bar: Math.max(5, minutes) },
  ];
}

function describeRefit({ adapterId, of, pairs, steps, end }: RefitResult, folder: string): string {
  return `${adapterId}: ${of} was retrained on all ${counted(pairs, 'pair')} in ${counted(steps, 'step')} (${ends[end]}). Nothing is left to measure it on, so it is marked as not evaluated and is not active. To use it, run: repotune adapters activate ${adapterId}${folderWords(folder)}`;
}

const ends = {
  schedule: 'complete',
  'early-stop': 'stopped early because the held-out loss no longer fell',
  'time-limit': 'stopped at the time limit',
  diverged: 'stopped where it diverged',
  stopped: 'stopped',
};

function trainingTime({ training, minutes }: TuneResult): [string, string][] {
  if (training === null) return [];
  const { predictedSeconds, seconds, end, tokens, epochs, parts } = training;
  const predicted = predictedSeconds === null ? '' : ` (${predictedSeconds.toFixed(0)} s predicted)`;
  const learned = `${tokens.toLocaleString('en')} tokens, ${(100 * epochs).toFixed(0)} % of the training text`;
  const shares = RUN_PARTS.filter((part) => parts[part] >= 0.5).map(
    (part) => `${part} ${parts[part].toFixed(0)} s (${((100 * parts[part]) / (60 * minutes)).toFixed(0)} %)`,
  );
  return [
    ['training', `${seconds.toFixed(0)} s${predicted}, ${ends[end]}`],
    ['learned', learned],
    ['time by part', shares.join(', ')],
  ];
}

function describe(result: TuneResult, { baseType, modelPath }: TuneOptions): string {
  const { sample } = result;
  const rows: [string, string][] = [
    ['folder', result.folder],
    ['base type', baseType],
    ['files', String(result.files)],
    ['pairs', `${result.pairs} to learn, ${result.heldOutPairs} held out and measured`],
    ...(result.edits > 0 ? [['edits', `${result.edits} of the history, to train`] as [string, string]] : []),
    ['steps', String(result.steps)],
    ['minutes', result.minutes.toFixed(2)],
    ...trainingTime(result),
    ['held-out loss before', `${result.heldOutLossBase.toFixed(4)} nats per token`],
    [
      'held-out loss after',
      `${result.heldOutLossTuned.toFixed(4)} nats per token (${tenths(-lossFallPercent(result))} %)`,
    ],
    ['adapter', result.adapterId],
  ];
  const shown =
    sample === null
      ? '\nBase and adapter complete a dozen held-out positions identically.'
      : `
At ${sample.path}:${sample.line}, a held-out file:
${indented(sample.before, '  │ ')}
  original code
${indented(sample.expected, '  ✓ ')}
  base
${indented(sample.base || '(nothing)', '  − ')}
  tuned
${indented(sample.tuned || '(nothing)', '  + ')}`;
  return `${table(rows)}\n${shown}\n\n${reasonAtHand(result.reason, result.folder, result.adapterId, modelPath)}`;
}
