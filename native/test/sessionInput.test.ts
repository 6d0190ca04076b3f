/** The addon refuses values of the wrong kind with an error: Node would end the process over them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAddon, type NativeSession } from '../../server/engine/native.ts';
import { bundledModelPath, librariesPath } from '../../server/storage/paths.ts';

const addon = loadAddon();
const options = {
  librariesPath: librariesPath(),
  gpuBackends: [],
  modelPath: bundledModelPath(),
  device: 'cpu',
  contextTokens: 512,
  threads: 1,
  mergeFolder: '',
} as const;
const request = { prompt: [{ text: 'f(x)' }], heal: '', maxTokens: 1, stop: [], adapter: null } as const;
/** What no caller's types allow. */
const wrong = <T>(value: unknown): T => value as T;

describe('a session refuses', () => {
  let session: NativeSession;
  beforeAll(async () => {
    session = await addon.loadSession(options);
  });
  afterAll(() => session.dispose());

  test.each([
    ['options that are missing', () => addon.loadSession(wrong(undefined))],
    ['plug-ins that are no texts', () => addon.loadSession({ ...options, gpuBackends: wrong([1]) })],
    ['a context of NaN tokens', () => addon.loadSession({ ...options, contextTokens: Number.NaN })],
    ['a question for devices without options', () => addon.devices(wrong(null))],
    ['a timing without options', () => addon.timeCompletions(wrong(undefined))],
    ['a merge without options', () => addon.mergeModel(wrong(undefined))],
    ['texts that are none', () => session.tokenize(wrong([1]))],
    ['no texts at all', () => session.tokenize(wrong(undefined))],
    ['no request', async () => session.complete(wrong(undefined))],
    ['a prompt that is no array', async () => session.complete({ ...request, prompt: wrong(5) })],
    ['a part of a prompt that is null', async () => session.complete({ ...request, prompt: wrong([null]) })],
    ['a shorter prompt that is no array', async () => session.complete({ ...request, shorter: wrong([5]) })],
    ['stops that are no texts', async () => session.complete({ ...request, stop: wrong([5]) })],
    ['NaN tokens', async () => session.complete({ ...request, maxTokens: Number.NaN })],
    ['no sequences', async () => session.score(wrong(undefined), null)],
    ['a sequence that is a number', async () => session.score(wrong([5]), null)],
    [
      'tokens of another type, of which four would be read as one',
      async () => session.score(wrong([{ tokens: new Uint8Array(8), lossFrom: 1, lossTo: 8 }]), null),
    ],
  ])('%s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  test('and completes afterwards', async () => {
    expect((await session.complete(request).result).generatedTokens).toBe(1);
  });
});
