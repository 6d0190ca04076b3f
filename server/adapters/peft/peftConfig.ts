/** What PEFT's adapter_config.json says about how its matrices apply. After LoraConfig of PEFT 0.21. */
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../common/parseJson.ts';
import { readBounded } from '../../storage/readBounded.ts';
import { ALPHAS } from './ggufAdapter.ts';

export const CONFIG_FILE = 'adapter_config.json';
const MOST_BYTES = 2 ** 20;

const names = z.union([z.string(), z.array(z.string())]).nullish();
const schema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.int().min(1).max(1024),
  lora_alpha: z.number().min(ALPHAS.least).max(ALPHAS.most),
  use_rslora: z.boolean().optional(),
  bias: z.string().optional(),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
  target_modules: names,
  exclude_modules: names,
  layers_to_transform: z.union([z.int(), z.array(z.int())]).nullish(),
});
type Written = z.infer<typeof schema>;

export interface PeftConfig {
  readonly path: string;
  readonly rank: number;
  /** The effective scale is alpha / rank. */
  readonly alpha: number;
  /** The setting by which PEFT ignores the matrices of a module, by its full name (model.layers.0.mlp.up_proj); null if it applies them. */
  leftOutBy(module: string, block: number): string | null;
}

/**
 * Settings that change nothing in how matrices apply to a decoder's linears: where they came from, how they were trained, and
 * `fan_in_fan_out`, which PEFT turns off for these layers. The first ones are judged one by one.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  ...Object.keys(schema.shape),
  'auto_mapping',
  'base_model_name_or_path',
  'corda_config',
  'ensure_weight_tying',
  'eva_config',
  'fan_in_fan_out',
  'inference_mode',
  'layers_pattern',
  'loftq_config',
  'lora_dropout',
  'lora_ga_config',
  'megatron_config',
  'megatron_core',
  'peft_version',
  'qalora_group_size',
  'revision',
  'runtime_config',
  'target_parameters',
  'task_type',
]);

/** They take away from the base's weights what they put into the adapter, which fits only what is left. */
const CHANGES_BASE = /^(?:pissa|olora|corda|loftq|lora_ga)/i;

/** @throws {Error} with one sentence for the user, also for what an adapter of llama.cpp cannot hold. */
export async function readPeftConfig(folder: string): Promise<PeftConfig> {
  const path = join(folder, CONFIG_FILE);
  const text = await readBounded(path, MOST_BYTES).catch(() => {
    throw new Error(`${folder} has no readable ${CONFIG_FILE}. Give a folder that PEFT's save_pretrained wrote.`);
  });
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`${path} does not describe a LoRA adapter.`);
  const written = parsed.data;
  const unheld = settingsUnheld(written);
  if (unheld.length > 0)
    throw new Error(
      `${path} sets ${unheld.join(', ')}, which an adapter of llama.cpp cannot hold. Train it without ${unheld.length === 1 ? 'that' : 'these'}.`,
    );
  const { r, lora_alpha, use_rslora, init_lora_weights: begun } = written;
  if (typeof begun === 'string' && CHANGES_BASE.test(begun))
    throw new Error(
      `${path} sets init_lora_weights to ${begun}, with which PEFT changes the base itself: the adapter fits no other. Convert it when you save it (path_initial_model_for_weight_conversion of save_pretrained).`,
    );
  // PEFT scales by alpha / sqrt(r) under rsLoRA; llama.cpp always by alpha / r.
  const alpha = use_rslora ? lora_alpha * Math.sqrt(r) : lora_alpha;
  return { path, rank: r, alpha, leftOutBy: (module, block) => leftOutBy(written, module, block) };
}

/** A field of LoraConfig is called like this; anything else is somebody's note. */
const FIELD = /^\w{1,64}$/;
const MOST_NAMED = 5;

/** Names of what is switched on and not known to be harmless: each release of PEFT has new ones that compute otherwise. */
function settingsUnheld(written: Written): string[] {
  const unknown = Object.entries(written).filter(
    ([name, value]) => FIELD.test(name) && !HARMLESS.has(name) && isSwitchedOn(value),
  );
  const hasBias = (written.bias ?? 'none') !== 'none';
  return [...(hasBias ? ['bias'] : []), ...unknown.map(([name]) => name)].sort().slice(0, MOST_NAMED);
}

/** Numbers and texts say how, not whether. */
function isSwitchedOn(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? value.length > 0 : !isEmpty(value);
  return value === true;
}

/** A pattern without an entry is what PEFT writes for none. */
function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** A regular expression has chosen what was saved; lists may have been edited since, and PEFT goes by them when it loads. */
function leftOutBy(written: Written, module: string, block: number): string | null {
  const { target_modules: targets, exclude_modules: excluded, layers_to_transform: layers } = written;
  const matches = (list: readonly string[]): boolean =>
    list.some((one) => module === one || module.endsWith(`.${one}`));
  if (Array.isArray(excluded) && matches(excluded)) return 'exclude_modules';
  if (!Array.isArray(targets) || targets.length === 0) return null;
  if (!matches(targets)) return 'target_modules';
  const blocks = [layers ?? []].flat();
  return blocks.length === 0 || targets.includes(module) || blocks.includes(block) ? null : 'layers_to_transform';
}
