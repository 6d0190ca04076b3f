/** The two names of every adapted linear: llama.cpp's and that of transformers (llama, qwen2, qwen3, gemma3 share them). */

const modules = {
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
} as const;

export type Linear = keyof typeof modules;

const linearOf = new Map<string, Linear>(Object.entries(modules).map(([linear, module]) => [module, linear as Linear]));

export interface Factor {
  readonly block: number;
  readonly linear: Linear;
  readonly side: 'a' | 'b';
}

export const moduleName = (linear: Linear): string => modules[linear].split('.')[1]!;

export function ggufName({ block, linear, side }: Factor): string {
  return `blk.${block}.${linear}.weight.lora_${side}`;
}

export function peftName({ block, linear, side }: Factor): string {
  return `base_model.model.model.layers.${block}.${modules[linear]}.lora_${side.toUpperCase()}.weight`;
}

export function parseGgufName(name: string): Factor | null {
  const [, block, linear, side] = /^blk\.(\d{1,4})\.(\w+)\.weight\.lora_([ab])$/.exec(name) ?? [];
  return block && linear && linear in modules
    ? { block: Number(block), linear: linear as Linear, side: side as 'a' | 'b' }
    : null;
}

/** Only the text model: multimodal ones have encoders whose blocks are numbered and named alike. */
const PEFT =
  /^(?:base_model\.model\.)?(?:(?:model|language_model)\.)*layers\.(0|[1-9]\d{0,3})\.(\w+\.\w+)\.lora_([AB])(?:\.\w+)?\.weight$/;

/** Accepts the names that `save_pretrained` writes and those of a live model, which contain the adapter's name (`default`). */
export function parsePeftName(name: string): Factor | null {
  const [, block, module = '', side = ''] = PEFT.exec(name) ?? [];
  const linear = linearOf.get(module);
  return block && linear ? { block: Number(block), linear, side: side.toLowerCase() as 'a' | 'b' } : null;
}

/** The module that a tensor belongs to, as PEFT compares it with the lists of its configuration. */
export function peftModule(name: string): string {
  return name.replace(/^base_model\.model\./, '').replace(/\.lora_[AB](?:\.\w+)?\.weight$/, '');
}
