import { expect, it } from 'vitest';
import { isNotForTraining } from './notForTraining.ts';

it.each([
  '# Do not use this file to train machine learning models.\n',
  '/*\n * Copyright 2026. This source may not be used,\n * in whole or in part, for the training of AI systems.\n */\n',
  '// Proprietary and confidential. Not licensed for AI training.\n',
  '# Permission is not granted to use this code\n# for training large language models\n',
  '-- Training of generative AI on this text is strictly prohibited.\n',
  '# It is forbidden to train neural networks on these sources\n',
  '# @noai\n',
  '// NoAI\n',
  '# do-not-train\n',
  '<?php // ai-training: disallow\n',
])('reserves a file from training: %j', (head) => {
  expect(isNotForTraining(`${head}export const a = 1;\n`)).toBe(true);
});

it.each([
  '# Trains the model. Do not call twice: the weights are not reset.\n',
  '"""Training loop for language models.\n\nThe optimizer is not part of the checkpoint."""\n',
  '// Not used in training.\n',
  '# Evaluates a language model without training it\n',
  'const noAiUser = findUser(ai);\n',
  'from trainer import Trainer  # the AI player of the training grounds\n',
  "it('does not train an LLM when no data is there', () => {\n",
  '// Models may be trained with permission of the owner of the data; AI is used for labels.\n',
])('is ordinary code: %j', (head) => {
  expect(isNotForTraining(`${head}export const a = 1;\n`)).toBe(false);
});

it('counts in the head of a file alone', () => {
  expect(isNotForTraining(`${'const a = 1;\n'.repeat(400)}// @noai\n`)).toBe(false);
});
