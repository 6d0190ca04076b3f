/** The arguments of a benchmark or check: `--help` prints its usage, and an unknown option ends it with a message. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { optionSentence } from '../server/common/optionSentence.ts';

const common = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options & typeof common; allowPositionals: true }>
>;

/** `usage`: what `--help` prints. `most`: number of positional arguments accepted. Ends the process if there is nothing to run. */
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

/** Ends the process for arguments that make no sense. */
export function refuse(sentence: string): never {
  console.error(`${sentence} --help shows the usage.`);
  process.exit(2);
}

function sentenceOf(error: unknown): string {
  const words = optionSentence(error as Error);
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return /[.?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** An option's whole number, at least `least` or any. With NaN, a loop would run zero times and find nothing wrong. */
export function wholeNumber(option: string, text: string, least: number | 'any' = 1): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(number) || (least !== 'any' && number < least))
    refuse(`${option} takes a whole number${least === 'any' ? '' : ` from ${least} on`}, not ${text}.`);
  return number;
}

/** The same for an optional option. */
export function wholeNumberIfGiven(option: string, text: string | undefined, least = 1): number | undefined {
  return text === undefined ? undefined : wholeNumber(option, text, least);
}

/** An option's number, within bounds. */
export function numberWithin(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  return text.trim() !== '' && number >= least && number <= most
    ? number
    : refuse(`${option} takes a number from ${least} to ${most}, not ${text}.`);
}

/** An option's number, above 0. */
export function positiveNumber(option: string, text: string): number {
  const number = Number(text);
  return number > 0 && number < Number.POSITIVE_INFINITY
    ? number
    : refuse(`${option} takes a number above 0, not ${text}.`);
}

/** The names that an option lists, each checked to exist. */
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
