import { expect, it } from 'vitest';
import { hubAddress, hubModel, hubModelOf, namedOnHub, storedName } from './hubModels.ts';

it.each(['Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf', 'a/b/c (1).gguf'])(
  'the stored file name of %s maps back to it',
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
])('%s is not the id of a hub model', (id) => {
  expect(hubModel(id)).toBeNull();
});

it('files of another origin are not taken for downloads of the hub', () => {
  expect(hubModelOf('own.gguf')).toBeNull();
  expect(hubModelOf('qwen2.5-coder-0.5b-q8_0.gguf')).toBeNull();
});

it.each([
  ['Qwen/Qwen3-0.6B-GGUF', null],
  [' https://huggingface.co/Qwen/Qwen3-0.6B-GGUF ', null],
  ['https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/tree/main?x=1#y', null],
  ['https://huggingface.co/Qwen/Qwen3-0.6B-GGUF/blob/main/Qwen3-0.6B-Q8_0.gguf', 'Qwen3-0.6B-Q8_0.gguf'],
  ['Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf', 'Qwen3-0.6B-Q8_0.gguf'],
])('parses the repository and file of %s', (text, file) => {
  expect(namedOnHub(text)).toEqual({ repository: 'Qwen/Qwen3-0.6B-GGUF', file });
});

it.each(['', 'qwen', 'https://huggingface.co/', 'a b/c'])('does not take "%s" for a repository', (text) => {
  expect(namedOnHub(text)).toBeNull();
});

it('takes the address of a mirror from HF_ENDPOINT, and rejects an invalid one', () => {
  expect(hubAddress({})).toBeUndefined();
  expect(hubAddress({ HF_ENDPOINT: 'https://mirror.example/hub/' })).toBe('https://mirror.example/hub');
  expect(() => hubAddress({ HF_ENDPOINT: 'file:///etc' })).toThrow(/HF_ENDPOINT.*Set it to/);
});
