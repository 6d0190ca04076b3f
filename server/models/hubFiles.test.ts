import { afterAll, beforeAll, expect, it } from 'vitest';
import { hubFiles } from './hubFiles.ts';
import { type Hub, startHub } from './testing.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ repository: 'team/model', file: 'model.gguf', content: Buffer.alloc(100), license: 'mit' });
});
afterAll(() => hub.close());

it.each(['team/model', 'https://huggingface.co/team/model/tree/main', 'team/model/model.gguf'])(
  'lists the models of %s with sizes and licence, and no other file',
  async (named) => {
    expect(await hubFiles(named, { hubUrl: hub.url })).toEqual({
      kind: 'files',
      repository: 'team/model',
      license: 'mit',
      files: [{ id: 'team/model/model.gguf', file: 'model.gguf', bytes: 100 }],
    });
  },
);

it.each([
  ['a name that is not a repository', 'model', /is not a repository.*owner\/name/],
  ['a repository the hub lacks', 'team/nothing', /not found on the hub/],
  ['a file the repository lacks', 'team/model/other.gguf', /no file other\.gguf/],
])('says what to do about %s', async (_what, named, message) => {
  expect(await hubFiles(named, { hubUrl: hub.url })).toEqual({
    kind: 'failed',
    message: expect.stringMatching(message),
  });
});

it('says what to do when the hub is unreachable, and rejects when cancelled', async () => {
  const hubUrl = 'http://127.0.0.1:9';
  expect(await hubFiles('team/model', { hubUrl })).toMatchObject({ message: expect.stringContaining('connection') });
  await expect(hubFiles('team/model', { hubUrl, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});
