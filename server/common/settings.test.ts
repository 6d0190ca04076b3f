import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { readSettings } from './settings.ts';

test.each([undefined, null, {}, 'text', [], { completions: null, model: 3 }])(
  '%j gives every setting its default value',
  (raw) => {
    const { settings, problems } = readSettings(raw);
    expect(settings.completions.enabled).toBe(true);
    expect(settings.model.baseType).toBe('q4_0');
    expect(problems).toEqual([]);
  },
);

test('only an unusable value falls back to its default, and it is named', () => {
  const { settings, problems } = readSettings({ completions: { enabled: false, maxTokens: 'many' }, device: 'tpu' });
  expect(settings.completions).toMatchObject({ enabled: false, maxTokens: 96 });
  expect(settings.device).toBe('auto');
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('repotune.completions.maxTokens');
  expect(problems[1]).toContain('repotune.device');
});

interface Declared {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly anyOf?: readonly { readonly const?: number; readonly minimum?: number }[];
}

const offered: Readonly<Record<string, Declared>> = packageJson.contributes.configuration.properties;

/** The extension reads cluster settings only from the user's own, and sends them with its request. */
const declared = Object.fromEntries(Object.entries(offered).filter(([name]) => !name.startsWith('repotune.cluster.')));

/** The result of `value` for the setting `name`, and whether it was usable. */
function read(name: string, value: unknown): { value: unknown; usable: boolean } {
  const keys = name.split('.').slice(1);
  const { settings, problems } = readSettings(keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value));
  const found = keys.reduce<unknown>((outer, key) => (outer as Record<string, unknown>)[key], settings);
  return { value: found, usable: problems.length === 0 };
}

test('the editor declares exactly the settings that the server reads', () => {
  const { device, keepTuned, ...sections } = readSettings({}).settings;
  const names = Object.entries(sections).flatMap(([section, values]) =>
    Object.keys(values).map((name) => `repotune.${section}.${name}`),
  );
  expect({ device, keepTuned }).toEqual({ device: 'auto', keepTuned: false });
  expect(Object.keys(declared).sort()).toEqual([...names, 'repotune.device', 'repotune.keepTuned'].sort());
});

test.each(Object.entries(declared))('the editor and the server agree on %s', (name, schema) => {
  expect(read(name, undefined)).toEqual({ value: schema.default, usable: true });
  const free = schema.type === 'string' && schema.enum === undefined;
  expect(read(name, 'anything else').usable).toBe(free);
  if (free) expect(read(name, '').usable).toBe(schema.minLength === undefined);
  for (const value of schema.enum ?? []) expect(read(name, value)).toEqual({ value, usable: true });
  const { minimum, maximum } = schema;
  if (minimum === undefined || maximum === undefined) return;
  const step = schema.type === 'integer' ? 1 : 0.01;
  for (const limit of [minimum, maximum]) expect(read(name, limit)).toEqual({ value: limit, usable: true });
  for (const beyond of [minimum - step, maximum + step]) expect(read(name, beyond).usable).toBe(false);
  expect(read(name, minimum + 0.5).usable).toBe(schema.type === 'number');
  if (schema.type !== 'number') return;
  for (const value of [0.01, 0.05, 0.09, 0.1, 0.11].map((more) => minimum + more))
    expect([value, read(name, value).usable]).toEqual([value, allows(schema, value)]);
});

/** As the editor checks what is written. */
function allows({ minimum = -Infinity, maximum = Infinity, anyOf = [{}] }: Declared, value: number): boolean {
  const isOne = ({ const: only = value, minimum: least = -Infinity }: (typeof anyOf)[number]): boolean =>
    value === only && value >= least;
  return value >= minimum && value <= maximum && anyOf.some(isOne);
}

test('every number setting has a minimum and a maximum', () => {
  for (const { type, minimum, maximum } of Object.values(offered))
    if (type === 'integer' || type === 'number') expect([minimum, maximum]).not.toContain(undefined);
});

test('only the two sharing settings may differ by folder', () => {
  const byFolder = Object.keys(offered).filter((name) => offered[name]!.scope === 'resource');
  expect(byFolder).toEqual(['repotune.sharing.remote', 'repotune.sharing.signatures']);
});

test.each(Object.entries(offered))('%s is described in a sentence, with its unit and choices', (_, setting) => {
  const text = setting.description ?? setting.markdownDescription ?? '';
  expect(text).toMatch(/^[A-Z].*\.$/s);
  if (setting.type === 'integer' || setting.type === 'number')
    expect(text).toMatch(/in milliseconds|in minutes|in tokens|commits|memory/);
  expect(setting.enumDescriptions?.length).toBe(setting.enum?.length);
});
