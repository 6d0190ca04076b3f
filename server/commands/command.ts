import { type ParseArgsConfig, parseArgs } from 'node:util';
import { optionSentence } from '../common/optionSentence.ts';
import type { DeviceChoice } from '../engine/types.ts';

export interface Command {
  readonly summary: string;
  /** The part of the usage after the command's name. */
  readonly usage: string;
  /** Resolves with the exit code; rejects with an error whose message is for the user. */
  run(args: readonly string[], signal: AbortSignal): Promise<number>;
  /** What is left behind when it is stopped, for the user; undefined, or absent: nothing was changed. */
  leftWhenStopped?(args: readonly string[], signal: AbortSignal): string | undefined;
}

export const DEVICES = ['auto', 'cpu', 'cuda', 'vulkan', 'metal'] as const satisfies readonly DeviceChoice[];

/** Invalid arguments; answered with the command's usage. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/** `parseArgs`, with errors a user can understand. */
export function parse<const O extends Options>(args: readonly string[], options: O) {
  if (args.some((word) => /^(?:--[a-z-]+=)?$/.test(word)))
    throw new UsageError('one of the arguments is empty; is a shell variable not set?');
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true, strict: true });
  } catch (error) {
    throw new UsageError(optionSentence(error as Error));
  }
}

/** The action named on the command line. @throws {UsageError} for unknown names, `constructor` among them. */
export function actionOf<Action>(actions: Readonly<Record<string, Action>>, name: string): Action {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    throw new UsageError(`there is no action ${name}; the actions are ${Object.keys(actions).join(', ')}`);
  return action;
}

/** @throws {UsageError} for words after an action that takes none: it would pass over them and do more, or less, than was asked for */
export function requireNone(action: string, words: readonly (string | undefined)[], what: string): void {
  if (words.some((word) => word !== undefined)) throw new UsageError(`${action} takes no ${what}`);
}

/** Flags of a few actions: any other would pass over them and do more, or less, than was asked for. */
export type OnlyFor<Flag extends string = string> = Readonly<Record<Flag, readonly string[]>>;

/** @throws {UsageError} for a flag that the action would pass over */
export function requireOwnFlags<Flag extends string>(
  action: string,
  values: Readonly<Partial<Record<NoInfer<Flag>, string | boolean | undefined>>>,
  onlyFor: OnlyFor<Flag>,
): void {
  for (const flag of Object.keys(onlyFor) as Flag[])
    if ((values[flag] ?? false) !== false && !onlyFor[flag].includes(action))
      throw new UsageError(`${action} takes no --${flag}: that is for ${listed(onlyFor[flag])}`);
}

function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}

/** A mandatory argument. @throws {UsageError} that says what to name. */
export function required(value: string | undefined, advice: string): string {
  if (value === undefined) throw new UsageError(advice);
  return value;
}

/** A number from the command line within bounds; undefined when absent. */
export function numberOf(value: string | undefined, name: string, low: number, high: number): number | undefined {
  if (value === undefined) return undefined;
  // JavaScript reads blanks as 0, and --keep 0 deletes all.
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!(number >= low && number <= high))
    throw new UsageError(`--${name} takes a number from ${low} to ${high}, not ${value}`);
  return number;
}

export function countOf(value: string | undefined, name: string, low: number, high: number): number | undefined {
  const count = numberOf(value, name, low, high);
  if (count !== undefined && !Number.isInteger(count))
    throw new UsageError(`--${name} takes a whole number, not ${value}`);
  return count;
}

export function oneOf<const T extends string>(
  value: string | undefined,
  name: string,
  choices: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw new UsageError(`--${name} takes one of ${choices.join(', ')}, not ${value}`);
  return choice;
}
