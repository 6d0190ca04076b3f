import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { NARROWED, type NarrowedSetting, narrow } from './narrowing.ts';

const address = 'https://attacker.example/x.git';
const keys = ['*.pem', '.env'];

it.each<[NarrowedSetting, unknown, unknown, unknown]>([
  ['sharing.signatures', 'warn', 'off', 'warn'],
  ['sharing.signatures', 'require', 'warn', 'require'],
  ['sharing.signatures', 'off', 'require', 'require'],
  ['sharing.signatures', 'warn', 'everybody', 'warn'],
  ['sharing.signatures', 'everybody', 'off', 'everybody'],
  ['sharing.remote', 'origin', address, 'origin'],
  ['sharing.remote', 'origin', 'git@attacker.example:x', 'origin'],
  ['sharing.remote', 'origin', '/tmp/x.git', 'origin'],
  ['sharing.remote', 'origin', 'ext::sh -c x', 'origin'],
  ['sharing.remote', 'origin', '--upload-pack=x', 'origin'],
  ['sharing.remote', 'origin', 'team', 'team'],
  ['sharing.remote', 'mine', 'team', 'mine'],
  ['sharing.remote', 'https://mine.example/x.git', 'team', 'https://mine.example/x.git'],
  ['sharing.checkAtStart', false, true, false],
  ['sharing.checkAtStart', true, false, false],
  ['sharing.checkAtStart', true, true, true],
  ['sharing.checkAtStart', undefined, true, false],
  ['completions.exclude', keys, [], keys],
  ['completions.exclude', keys, ['*.pem', 'private/'], ['*.pem', '.env', 'private/']],
  ['completions.exclude', keys, 'none', keys],
  ['completions.exclude', keys, ['!.env', '!*', 'private/'], [...keys, 'private/']],
  ['completions.exclude', keys, ['private/\n!.env'], keys],
  ['completions.exclude', keys, [5, null, 'private/'], [...keys, 'private/']],
  ['completions.exclude', [...keys, '!a.pem'], ['!a.pem', '!b.pem'], [...keys, '!a.pem']],
  ['nextEdit.record', false, true, false],
  ['nextEdit.record', true, false, false],
  ['nextEdit.record', true, true, true],
  ['keepTuned', false, true, false],
  ['keepTuned', undefined, true, false],
  ['keepTuned', true, false, false],
  ['keepTuned', true, true, true],
  ['tuning.pauseOnBattery', true, false, true],
  ['tuning.pauseOnBattery', false, true, true],
  ['model.path', '', '\\\\attacker\\share\\x.gguf', ''],
  ['model.path', '/models/a.gguf', 'x.gguf', '/models/a.gguf'],
  ['device', 'cpu', 'cuda', 'cpu'],
  ['device', 'auto', 'cuda', 'auto'],
  ['device', 'cuda', 'cpu', 'cpu'],
])('%s: the user has %j, the folder says %j, in effect is %j', (setting, user, folder, expected) => {
  expect(narrow(setting, user, folder)).toEqual(expected);
});

it("a folder that repeats a setting's default does not change it", () => {
  const declared: Readonly<Record<string, { readonly default: unknown; readonly description?: string }>> =
    packageJson.contributes.configuration.properties;
  for (const setting of NARROWED) {
    const { default: value } = declared[`repotune.${setting}`]!;
    expect(narrow(setting, value, value)).toEqual(value);
  }
});
