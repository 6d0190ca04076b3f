import { beforeEach, describe, expect, it } from 'vitest';
import { changeBetween } from '../edits/change.ts';
import { type EditSituation, regionAround } from '../edits/situation.ts';
import { EngineError } from '../engine/errors.ts';
import { ScriptedEngine } from '../engine/testingScripted.ts';
import { type ProposeOptions, proposeAt } from './proposeAt.ts';
import { fileModel } from './testing.ts';

const was = [
  'def area(w, h):',
  '    return w * h',
  '',
  'print(area(2, 3))',
  'print(area(4, 5))',
  'x = 1',
  'y = 2',
  'z = 3',
];
const lines = ['def area(width, h):', ...was.slice(1)];
const situation: EditSituation = {
  path: 'a.py',
  lines,
  region: regionAround(0, lines.length),
  recent: [changeBetween('a.py', 0, was, lines)!],
  related: [],
};
const region = lines.slice(0, 6);

let engine: ScriptedEngine;
beforeEach(() => {
  engine = new ScriptedEngine(fileModel);
});

const propose = (options: Partial<ProposeOptions> = {}, signal?: AbortSignal, model = fileModel) =>
  proposeAt(situation, { engine, model }, { adapter: null, repeatable: [], ...options }, signal);
const text = (of: readonly string[]): string => of.map((line) => `${line}\n`).join('');
const renamed = ['def area(width, h):', '    return width * h', ...region.slice(2)];

describe('an edit is proposed', () => {
  it('from the model’s answer as a minimal change, with its sureness and cost', async () => {
    engine.script = (call) => call.finish(text(renamed), { passes: 4, generatedTokens: 20 });
    const proposal = await propose({ yields: true });
    expect(proposal).toMatchObject({
      kind: 'edit',
      change: { path: 'a.py', line: 1, before: ['    return w * h'], after: ['    return width * h'] },
      asked: { answer: renamed, sureness: Math.exp(-0.1), cost: { passes: 4, generatedTokens: 20 } },
    });
    const [{ request, prompt }] = engine.calls as [(typeof engine.calls)[0]];
    expect(request).toMatchObject({ yields: true, adapter: null, heal: '', leastProbability: 0.75 });
    expect(prompt).toMatch(/<fileSep>a\.py\noriginal:\n[^<]*updated:\n$/);
    // What the plain rule would write is drafted first.
    expect(request.drafts).toBe(text(renamed));
  });

  it.each([
    [250, 3],
    [500, 2],
    [700, 1],
    [2000, 0],
  ])('with shorter prompts at hand when there is time to read %i tokens', async (freshTokens, shorter) => {
    engine.script = (call) => call.finish(text(renamed));
    await propose({ freshTokens, budget: { promptTokens: 1024, regionTokens: 256 } });
    const [{ request }] = engine.calls as [(typeof engine.calls)[0]];
    expect(request.shorter ?? []).toHaveLength(shorter);
    expect(request.freshTokens).toBe(shorter === 0 ? undefined : freshTokens);
  });

  it('from a shorter prompt when the model needs more tokens than estimated', async () => {
    engine.complete = async (request) => {
      const first = engine.calls.length === 0;
      const answer = ScriptedEngine.prototype.complete.call(engine, request);
      engine.calls.at(-1)!.finish(text(renamed));
      if (first) throw new EngineError('too-long', 'too long');
      return await answer;
    };
    expect(await propose()).toMatchObject({ kind: 'edit' });
    expect(engine.calls).toHaveLength(2);
  });

  it('as soon as the model writes the text after the region', async () => {
    engine.script = (call) => {
      call.write(text([...renamed, 'y = 2', 'z']));
      expect(call.signal?.aborted).toBe(true);
    };
    expect(await propose()).toMatchObject({ kind: 'edit', asked: { answer: renamed } });
  });
});

describe('an earlier change', () => {
  const elsewhere = ['b.py', 'c.py', 'd.py'].map((path) => changeBetween(path, 9, ['draw(w)'], ['draw(width)'])!);
  const since = ['e', 'f', 'g', 'h', 'i'].map((name) => changeBetween('c.py', 1, [name], [`${name} = 1`])!);
  const proposeAgain = (recent = elsewhere.slice(0, 1), signal?: AbortSignal) =>
    proposeAt({ ...situation, recent }, { engine, model: fileModel }, { adapter: null }, signal);
  /** Nats of the unchanged region and of the repeated change. */
  const likely = (nats: readonly [number, number]): void => {
    engine.score = async (samples) => samples.map((_, i) => ({ nll: nats[i]!, tokens: 1, top1: 0 }));
    engine.script = (call) => call.finish(text(region));
  };
  const once = {
    kind: 'edit',
    change: { line: 1, before: ['    return w * h'], after: ['    return width * h'] },
    asked: { answer: renamed, cost: { generatedTokens: 0, passes: 0 } },
  };

  it('is repeated without generating when the model scores it likelier than no change', async () => {
    likely([9, 1]);
    expect(await proposeAgain()).toMatchObject(once);
    expect(engine.calls).toEqual([]);
  });

  it('is repeated without the model when it was made several times', async () => {
    engine.score = () => Promise.reject(new Error('nothing is read'));
    const proposal = await proposeAgain(elsewhere);
    expect(proposal).toMatchObject({ ...once, asked: { cost: { promptTokens: 0 } } });
  });

  it('is not repeated, and nothing is generated, when the model scores it less likely', async () => {
    likely([1, 40]);
    expect(await proposeAgain()).toMatchObject({ kind: 'nothing', reason: 'not sure enough' });
    expect(engine.calls).toEqual([]);
  });

  it('is left to generation without scoring when it is unlikely', async () => {
    engine.score = () => Promise.reject(new Error('nothing is weighed'));
    engine.script = (call) => call.finish(text(region));
    expect(await proposeAgain([...elsewhere.slice(0, 1), ...since])).toMatchObject({
      kind: 'nothing',
      reason: 'no change',
    });
    expect(engine.calls).toHaveLength(1);
  });

  it('is cancelled while it is scored', async () => {
    const abort = new AbortController();
    engine.score = async (): Promise<never[]> => {
      abort.abort();
      throw abort.signal.reason;
    };
    expect(await proposeAgain(undefined, abort.signal)).toEqual({ kind: 'cancelled' });
    expect(engine.calls).toEqual([]);
  });
});

describe('nothing is proposed', () => {
  it.each([
    ['no change', text(region), {}],
    ['it did not end', text(renamed), { stopReason: 'max-tokens' as const }],
    ['it did not end', text(renamed), { stopReason: 'deadline' as const }],
    ['not sure enough', text(renamed), { logProbabilities: [-0.1, -0.7] }],
    ['not sure enough', 'def area(', { stopReason: 'unsure' as const, logProbabilities: [-0.1, -0.7] }],
    ['it has marks of a prompt', `${text(renamed)}original/a.py:1:2\n`, {}],
  ])('%s', async (reason, answer, more) => {
    engine.script = (call) => call.finish(answer, more);
    expect(await propose()).toMatchObject({ kind: 'nothing', reason });
  });

  it.each([
    ['when the model goes on and on', text(Array.from({ length: 40 }, (_, i) => `line ${i}`))],
    ['when it repeats itself', text(Array.from({ length: 12 }, () => 'value = f()'))],
  ])('%s, and the engine is stopped', async (_, written) => {
    engine.script = (call) => call.write(written);
    expect(await propose()).toMatchObject({ kind: 'nothing', reason: 'it did not end', asked: { answer: null } });
    expect(engine.calls[0]!.signal!.aborted).toBe(true);
  });

  it('without asking the engine, for a base without file tokens or a line that is too long', async () => {
    expect(await propose({}, undefined, { ...fileModel, special: { eot: 0 } })).toMatchObject({ asked: null });
    const data = { ...situation, lines: ['x'.repeat(1_000_000), ...lines] };
    expect(await proposeAt(data, { engine, model: fileModel }, { adapter: null })).toMatchObject({
      kind: 'nothing',
      reason: 'a line is too long',
    });
    expect(engine.calls).toEqual([]);
  });

  it('when the model is not sure enough, unless less sureness is required', async () => {
    engine.script = (call) => call.finish(text(renamed), { logProbabilities: [-0.1, -0.7] });
    expect(await propose()).toMatchObject({ kind: 'nothing', reason: 'not sure enough' });
    expect(await propose({ leastSureness: 0 })).toMatchObject({ kind: 'edit' });
  });

  it('once the request is cancelled', async () => {
    const abort = new AbortController();
    const asked = propose({}, abort.signal);
    abort.abort();
    expect(await asked).toEqual({ kind: 'cancelled' });
  });
});
