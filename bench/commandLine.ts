/** The arguments of a benchmark or a check: `--help` prints its usage, and what it does not know ends it with a sentence. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { optionSentence } from '../server/common/optionSentence.ts';

const common = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options & typeof common; allowPositionals: true }>
>;

/** `usage`: what `--help` prints. `most`: positional arguments taken. Ends the process where there is nothing to run. */
export function commandLine<const Options extends ParseArgsOptionsConfig>(
  usage: string,
  options: Options,
  most = 0,
): Parsed<Options> {
  let parsed: Parsed<Options>;
  try {
    if (process.argv.slice(2).some((word) => /^(?:--[\w-]+=)?$/.test(word)))
      throw new Error('One of the arguments is empty: is a shell variable not set?');
    parsed = parseArgs({ allowPositionals: true, options: { ...common, ...options } }) as Parsed<Options>;
  } catch (error) {
    return refuse(sentenceOf(error));
  }
  if ((parsed.values as { readonly help: boolean }).help) {
    console.log(usage);
    process.exit(0);
  }
  const extra = parsed.positionals[most];
  if (extra !== undefined) refuse(`There is nothing that ${extra} could be.`);
  return parsed;
}

/** For arguments that cannot be meant. */
export function refuse(sentence: string): never {
  console.error(`${sentence} --help shows the usage.`);
  process.exit(2);
}

function sentenceOf(error: unknown): string {
  const words = optionSentence(error as Error);
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return /[.?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** The whole number that an option was given, from `least` on or any. A loop of NaN turns would find nothing wrong. */
export function wholeNumber(option: string, text: string, least: number | 'any' = 1): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(number) || (least !== 'any' && number < least))
    refuse(`${option} takes a whole number${least === 'any' ? '' : ` from ${least} on`}, not ${text}.`);
  return number;
}

/** The same of an option that may be left out. */
export function wholeNumberIfGiven(option: string, text: string | undefined, least = 1): number | undefined {
  return text === undefined ? undefined : wholeNumber(option, text, least);
}

/** The number that an option was given, within bounds. */
export function numberWithin(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  return text.trim() !== '' && number >= least && number <= most
    ? number
    : refuse(`${option} takes a number from ${least} to ${most}, not ${text}.`);
}

/** The number above 0 that an option was given. */
export function positiveNumber(option: string, text: string): number {
  const number = Number(text);
  return number > 0 && number < Number.POSITIVE_INFINITY
    ? number
    : refuse(`${option} takes a number above 0, not ${text}.`);
}

/** The names that an option lists, each of them one that there is. */
export function namesOf<const Name extends string>(
  option: string,
  text: string,
  known: readonly Name[],
): readonly Name[] {
  return text
    .split(',')
    .map(
      (name) =>
        known.find((one) => one === name) ?? refuse(`${option} takes ${known.join(', ')}; ${name} is none of them.`),
    );
}
