/** Runs the composite action's steps as a runner does: expressions substituted, bash, outputs through a file. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Step {
  readonly name: string;
  readonly id: string | null;
  readonly condition: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

export interface Action {
  /** Defaults of the inputs. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** The subset of YAML that the action is written in. @throws if it is written differently. */
export function readAction(text: string): Action {
  const [head = '', body = ''] = text.split(/^ {2}steps:\n/m);
  const inputs = head.slice(head.indexOf('\ninputs:\n'), head.indexOf('\noutputs:\n'));
  const defaults = [...inputs.matchAll(/^ {2}(\w+):\n(?: {4}description: .*\n) {4}default: (.*)$/gm)];
  const steps = body
    .split(/^ {4}- /m)
    .slice(1)
    .map(readStep);
  if (steps.length === 0 || defaults.length === 0) throw new Error('The action has no steps or no inputs.');
  return { defaults: Object.fromEntries(defaults.map(([, name, value]) => [name, plain(value!)])), steps };
}

function readStep(text: string): Step {
  const field = (name: string): string | null => new RegExp(`^(?: {6})?${name}: (.*)$`, 'm').exec(text)?.[1] ?? null;
  const run = /^ {6}run: \|\n((?: {8}.*\n|\n)+)/m.exec(`${text}\n`)?.[1];
  const env = /^ {6}env:\n((?: {8}\w+: .*\n)+)/m.exec(text)?.[1] ?? '';
  const name = field('name');
  if (run === undefined || name === null || field('shell') !== 'bash')
    throw new Error(`A step cannot be read:\n${text}`);
  return {
    name,
    id: field('id'),
    condition: field('if'),
    env: Object.fromEntries([...env.matchAll(/^ {8}(\w+): (.*)$/gm)].map(([, key, value]) => [key, plain(value!)])),
    run: run.replaceAll(/^ {8}/gm, ''),
  };
}

function plain(value: string): string {
  return value.replace(/^'(.*)'$/, '$1');
}

export interface RunOf {
  readonly actionPath: string;
  readonly folder: string;
  readonly temp: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface Ran {
  /** Names of the steps that ran. */
  readonly steps: readonly string[];
  /** The outputs of the steps with an id. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** @throws with the step's output if one fails. */
export function runAction({ defaults, steps }: Action, { actionPath, folder, temp, inputs }: RunOf): Ran {
  mkdirSync(temp, { recursive: true });
  const outputs: Record<string, string> = {};
  const contexts = (name: string): string => {
    if (name === 'github.action_path') return actionPath;
    if (name === 'github.server_url') return 'https://git.invalid';
    if (name === 'github.token') return '';
    if (name === 'runner.temp') return temp;
    const [, input] = /^inputs\.(\w+)$/.exec(name) ?? [];
    if (input !== undefined) return replaced(inputs[input] ?? defaults[input] ?? '');
    if (name in outputs) return outputs[name]!;
    throw new Error(`The expression ${name} is not known.`);
  };
  const replaced = (text: string): string => text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, name: string) => contexts(name));
  const ran: string[] = [];
  for (const { name, id, condition, env, run } of steps) {
    if (condition !== null && !holds(condition, outputs)) continue;
    const outputFile = join(temp, 'outputs');
    writeFileSync(outputFile, '');
    const own = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, replaced(value)]));
    const { status, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: folder,
      env: { ...process.env, ...own, GITHUB_OUTPUT: outputFile, RUNNER_TEMP: temp, GITHUB_ACTOR: 'team-ci' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The step ${name} failed: ${stderr.trim().split('\n').slice(-6).join('\n')}`);
    ran.push(name);
    for (const line of readFileSync(outputFile, 'utf8').split('\n')) {
      const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (id !== null && key !== undefined) outputs[`steps.${id}.outputs.${key}`] = value ?? '';
    }
  }
  return { steps: ran, outputs };
}

function holds(condition: string, outputs: Readonly<Record<string, string>>): boolean {
  const [, name, value] = /^([\w.]+) == '(\w+)'$/.exec(condition) ?? [];
  if (name === undefined) throw new Error(`The condition ${condition} is not known.`);
  return outputs[name] === value;
}
