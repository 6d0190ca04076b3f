import { expect, it } from 'vitest';
import { threadMs } from '../common/testing.ts';
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
  '# No AI training.\n',
  '// Not for AI training.\n',
  '# Copyright 2026 Depot\n# Do not train.\n',
  '# DO NOT TRAIN\n',
  '# DO NOT TRAIN ON THIS FILE\n',
  '// Do not train AI models on this code.\n',
  '/* AI training prohibited. */\n',
  '# Opt-out: machine learning\n',
  '# Exclude from AI training\n',
  '# Do not use as training data.\n',
  '# Not to be used as training data for Copilot or similar tools.\n',
  '"""Ledger.\n\nUse of this module as training data is forbidden.\n"""\n',
  '# This file must not be fed to an LLM.\n',
  '# Do not use this file to fine-tune language models.\n',
  '// Copyright 2026 Depot. All rights reserved, including for text and data mining and AI training.\n',
  '# Use for text and data mining\n# is expressly reserved (Art. 4 DSM Directive).\n',
  '# tdm-reservation: 1\n',
  '# Not licensed for machine learning.\n',
  '# AI crawlers and assistants may not learn from this file.\n',
  '# LLMs: keep out. Not for ingestion by language models.\n',
  '# Contains customer data: never train on this.\n',
  '# no-train\n',
  '# KI-Training untersagt.\n',
  '# Darf nicht zum Training von KI-Modellen verwendet werden.\n',
  "# Interdit d'utiliser ce fichier pour entraîner des modèles d'IA.\n",
  '# Prohibido usar este archivo para entrenar modelos de inteligencia artificial.\n',
  '# 禁止用于训练人工智能模型\n',
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
  '# Do not train the embedding layer.\n',
  '"""Fine-tunes a language model.\n\nThe validation split is not used as training data."""\n',
  '# No LLM training happens in this module: it only loads weights.\n',
  '# Do not train on this split: it is held out.\n',
  'parser.add_argument("--no-train", help="do not train")\n',
  '# 不可训练的参数\n',
  '"""Text and data mining tools: tokenizer, stemmer, stop words."""\n',
  '# Opt out of training mode with model.eval()\n',
  '# The optimizer is not available for neural networks without gradients\n',
  '// Machine learning is not required here\n',
  '// Models may be trained with permission of the owner of the data; AI is used for labels.\n',
])('is ordinary code: %j', (head) => {
  expect(isNotForTraining(`${head}export const a = 1;\n`)).toBe(false);
});

it.each(['\n', ' \n', '#\n', '# #', '"', "'''", '/*', '*/', '<!--', '-', '\t\r', '(*'])(
  'takes no longer for a head of nothing but %j',
  async (piece) => {
    const head = `${piece.repeat(2000)}const a = 1;\n`;
    expect(await threadMs(() => expect(isNotForTraining(head)).toBe(false))).toBeLessThan(1000);
  },
);

it('counts in the head of a file alone', () => {
  expect(isNotForTraining(`${'const a = 1;\n'.repeat(400)}// @noai\n`)).toBe(false);
});
