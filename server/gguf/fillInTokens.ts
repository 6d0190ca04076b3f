/**
 * The tokens that mark what is before, after and in the middle, as libllama finds them: a file names them in its metadata, or its vocabulary
 * has one of the usual spellings (llama-vocab.cpp).
 */
const SPELLINGS = {
  pre: '<|fim_prefix|> <fim-prefix> <fim_prefix> <｜fim▁begin｜> <PRE> ▁<PRE> <|code_prefix|> <|prefix|>',
  suf: '<|fim_suffix|> <fim-suffix> <fim_suffix> <｜fim▁hole｜> <SUF> ▁<SUF> <|code_suffix|> <|suffix|>',
  mid: '<|fim_middle|> <fim-middle> <fim_middle> <｜fim▁end｜> <MID> ▁<MID> <|code_middle|> <|middle|>',
} as const;

const spelled = Object.entries(SPELLINGS).map(([role, texts]) => ({ role, texts: texts.split(' ') }));
const all: ReadonlySet<string> = new Set(spelled.flatMap(({ texts }) => texts));

/** Bytes of the longest spelling: other tokens need not be read. */
export const LONGEST_FILL_IN_TOKEN = Math.max(...[...all].map((text) => Buffer.byteLength(text)));

export function isFillInToken(text: string): boolean {
  return all.has(text);
}

/** `names`: whether the metadata has a key; `vocabulary`: the spellings that the vocabulary has. */
export function hasFillInTokens(names: (key: string) => boolean, vocabulary: ReadonlySet<string>): boolean {
  return spelled.every(
    ({ role, texts }) =>
      names(`tokenizer.ggml.fim_${role}_token_id`) ||
      // As Code Llama's files name them.
      names(`tokenizer.ggml.${OLDER[role]}_token_id`) ||
      texts.some((text) => vocabulary.has(text)),
  );
}

const OLDER: Readonly<Record<string, string>> = { pre: 'prefix', suf: 'suffix', mid: 'middle' };
