import { expect, it } from 'vitest';
import { hubAddress, hubModel, hubModelOf, namedOnHub, storedName } from './hubModels.ts';

it.each(['Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf', 'a/b/c (1).gguf'])(
  '%s is kept under a name that leads back to it',
  (id) => {
    expect(hubModelOf(storedName(hubModel(id)!))).toEqual(hubModel(id));
  },
);

it.each([
  'qwen2.5-coder-0.5b',
  'owner/name',
  'owner/name/model.safetensors',
  '../../x.gguf',
  'a/../x.gguf',
  'a/b/../c.gguf',
  'a/b/.gguf',
  'a--b/c/d.gguf',
  'a/b/c--d.gguf',
  'a/b/model-00001-of-00003.gguf',
])('%s names no model of the hub', (id) => {
  expect(hubModel(id)).toBeNull();
});

it('files that came another way are not taken for downloads of the hub', () => {
  expect(hubModelOf('own.gguf')).toBeNull();
  expect(hubModelOf('qwen2.5-coder-0.5b-q8_0.gguf')).toBeNull();
});

it.each([
  ['Qwen/Qwen3-0.6B-GGUF', null],
  [' https://huggingface.co/Qwen/Qwen3-0.6B-GGUF ', null],
  ['https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/tree/main?x=1#y', null],
  ['https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/blob/main/Qwen3-0.6B-Q8_0.gguf', 'Qwen3-0.6B-Q8_0.gguf'],
  ['Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf', 'Qwen3-0.6B-Q8_0.gguf'],
])('understands %s', (text, file) => {
  expect(namedOnHub(text)).toEqual({ repository: 'Qwen/Qwen3-0.6B-GGUF', file });
});

it.each(['', 'qwen', 'https://huggingface.co/', 'a b/c'])('does not take "%s" for a repository', (text) => {
  expect(namedOnHub(text)).toBeNull();
});

it('takes the address of a mirror from HF_ENDPOINT, and nothing that is none', () => {
  expect(hubAddress({})).toBeUndefined();
  expect(hubAddress({ HF_ENDPOINT: 'https://mirror.example/hub/' })).toBe('https://mirror.example/hub');
  expect(() => hubAddress({ HF_ENDPOINT: 'file:///etc' })).toThrow(/HF_ENDPOINT.*Set it to/);
});
