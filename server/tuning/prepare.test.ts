import { expect, it } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { Preparation } from './prepare.ts';

const EOT = 900;
const special = { fimPrefix: 901, fimSuffix: 902, fimMiddle: 903, eot: EOT };
const model = {
  name: 'm',
  path: 'm.gguf',
  architecture: 'qwen2',
  contextLength: 1024,
  special,
} as unknown as ModelInfo;
/** A token a character. */
const tokenize = async (texts: readonly string[]) => texts.map((text) => [...text].map((one) => one.charCodeAt(0)));
const engine = { tokenize } as unknown as CompletionEngine;

const pairs = Array.from(
  { length: 12 },
  (_, at): Pair => ({
    path: `${at}.ts`,
    language: 'typescript',
    kind: 'line-end',
    split: at % 2 === 0 ? 'train' : 'held-out',
    commit: '',
    startByte: 0,
    endByte: 0,
    prefix: 'let a = ',
    middle: `call(${at});`,
    suffix: '\n',
    context: '',
  }),
);

it('text is measured and steered by without the end-of-text token, and learned with it', async () => {
  const preparation = new Preparation({ repository: 'r', pairs }, { engine, model });
  const held = await preparation.heldOut(6);
  const steering = await preparation.steering(0);
  expect(held.samples).toHaveLength(6);
  for (const { tokens, lossFrom, lossTo } of held.samples) {
    expect(tokens).not.toContain(EOT);
    expect(lossTo).toBe(tokens.length);
    expect(lossTo - lossFrom).toBeGreaterThan(0);
  }
  for (const { tokens } of [...held.sequences, ...steering]) expect(tokens).not.toContain(EOT);
  for (const { tokens } of await preparation.steering(0, undefined, true)) expect(tokens.at(-1)).toBe(EOT);
  const { sequences } = await preparation.train(6, 0);
  expect(sequences.map(({ tokens }) => tokens.at(-1))).toEqual(Array.from({ length: 6 }, () => EOT));
});

it.each([
  ['killed twice while it tokenizes is asked again', 2, null],
  ['killed at every call fails it', 3, 'It was killed.'],
])('a process that is %s', async (_, deaths, message) => {
  let died = 0;
  const mortal = {
    tokenize: async (texts: readonly string[]) => {
      if (died++ < deaths) throw new EngineError('process-died', 'It was killed.');
      return await tokenize(texts);
    },
  } as unknown as CompletionEngine;
  const tokens = (of: CompletionEngine) =>
    new Preparation({ repository: 'r', pairs }, { engine: of, model }).train(6, 0).then(
      ({ sequences }) => sequences.map((one) => [...one.tokens]),
      ({ message: said }: Error) => said,
    );
  expect(await tokens(mortal)).toEqual(message ?? (await tokens(engine)));
});
