/** Validates the user's settings from any client; missing and invalid ones get their defaults. */
import * as z from 'zod';
import type { Settings } from '../protocol/index.ts';
import { expectationOf } from './expectation.ts';

/** Files that hold secrets by convention: nothing is suggested there unless the user removes them from the list. */
const SECRET_FILES = ['.env', '.env.*', '*.pem', '*.key', '.netrc', '.npmrc', 'id_rsa*', 'id_ed25519*'] as const;

const sections = {
  completions: {
    enabled: z.boolean().default(true),
    maxTokens: z.number().int().min(8).max(512).default(96),
    debounceMs: z.number().int().min(0).max(2000).default(60),
    languages: z.record(z.string(), z.boolean()).default({ '*': true }),
    exclude: z.array(z.string()).default([...SECRET_FILES]),
    lookAhead: z.boolean().default(true),
    crossFile: z.boolean().default(false),
  },
  nextEdit: {
    enabled: z.boolean().default(true),
    record: z.boolean().default(false),
  },
  statistics: {
    enabled: z.boolean().default(true),
  },
  model: {
    path: z.string().default(''),
    baseType: z.enum(['q4_0', 'iq4_nl', 'f16', 'as-is']).default('q4_0'),
  },
  tuning: {
    rank: z.number().int().min(1).max(128).default(16),
    maxMinutes: z
      .number()
      .min(0)
      .max(24 * 60)
      .refine((minutes) => minutes === 0 || minutes >= 0.1, '0, or 0.1 or more')
      .default(0),
    pauseOnBattery: z.boolean().default(false),
    remindAfterCommits: z.number().int().min(0).max(100_000).default(50),
  },
  sharing: {
    remote: z.string().min(1).default('origin'),
    signatures: z.enum(['require', 'warn', 'off']).default('warn'),
    checkAtStart: z.boolean().default(false),
  },
} as const satisfies Record<string, Record<string, z.ZodType>>;

const keepTuned = z.boolean().default(false);
const device = z.enum(['auto', 'cpu', 'cuda', 'vulkan', 'metal']).default('auto');

export interface ReadSettings {
  readonly settings: Settings;
  /** One sentence per unusable setting, whose default is in effect. */
  readonly problems: readonly string[];
}

/** `raw` is the client's `repotune` section; null and undefined values count as missing. */
export function readSettings(raw: unknown): ReadSettings {
  const problems: string[] = [];
  const root = asRecord(raw);
  const read = <T>(schema: z.ZodType<T>, name: string, value: unknown): T => {
    const parsed = schema.safeParse(value ?? undefined);
    if (parsed.success) return parsed.data;
    const fallback = schema.parse(undefined);
    problems.push(
      `The setting repotune.${name} must be ${expectationOf(parsed.error.issues[0])}: ${JSON.stringify(fallback)} is used instead.`,
    );
    return fallback;
  };
  const completions = asRecord(root['completions']);
  const nextEdit = asRecord(root['nextEdit']);
  const statistics = asRecord(root['statistics']);
  const model = asRecord(root['model']);
  const tuning = asRecord(root['tuning']);
  const sharing = asRecord(root['sharing']);
  const settings: Settings = {
    completions: {
      enabled: read(sections.completions.enabled, 'completions.enabled', completions['enabled']),
      maxTokens: read(sections.completions.maxTokens, 'completions.maxTokens', completions['maxTokens']),
      debounceMs: read(sections.completions.debounceMs, 'completions.debounceMs', completions['debounceMs']),
      languages: read(sections.completions.languages, 'completions.languages', completions['languages']),
      exclude: read(sections.completions.exclude, 'completions.exclude', completions['exclude']),
      lookAhead: read(sections.completions.lookAhead, 'completions.lookAhead', completions['lookAhead']),
      crossFile: read(sections.completions.crossFile, 'completions.crossFile', completions['crossFile']),
    },
    nextEdit: {
      enabled: read(sections.nextEdit.enabled, 'nextEdit.enabled', nextEdit['enabled']),
      record: read(sections.nextEdit.record, 'nextEdit.record', nextEdit['record']),
    },
    statistics: {
      enabled: read(sections.statistics.enabled, 'statistics.enabled', statistics['enabled']),
    },
    model: {
      path: read(sections.model.path, 'model.path', model['path']),
      baseType: read(sections.model.baseType, 'model.baseType', model['baseType']),
    },
    tuning: {
      rank: read(sections.tuning.rank, 'tuning.rank', tuning['rank']),
      maxMinutes: read(sections.tuning.maxMinutes, 'tuning.maxMinutes', tuning['maxMinutes']),
      pauseOnBattery: read(sections.tuning.pauseOnBattery, 'tuning.pauseOnBattery', tuning['pauseOnBattery']),
      remindAfterCommits: read(
        sections.tuning.remindAfterCommits,
        'tuning.remindAfterCommits',
        tuning['remindAfterCommits'],
      ),
    },
    sharing: {
      remote: read(sections.sharing.remote, 'sharing.remote', sharing['remote']),
      signatures: read(sections.sharing.signatures, 'sharing.signatures', sharing['signatures']),
      checkAtStart: read(sections.sharing.checkAtStart, 'sharing.checkAtStart', sharing['checkAtStart']),
    },
    keepTuned: read(keepTuned, 'keepTuned', root['keepTuned']),
    device: read(device, 'device', root['device']),
  };
  return { settings, problems };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
