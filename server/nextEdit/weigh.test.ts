import { describe, expect, it } from 'vitest';
import { ScriptedEngine } from '../engine/testingScripted.ts';
import type { Score, ScoreSample } from '../engine/types.ts';
import { chanceBehind } from './chance.ts';
import { fileModel } from './testing.ts';
import { weigh } from './weigh.ts';

const situation = {
  path: 'a.ts',
  lines: ['draw(w);', 'show(w);'],
  region: { from: 0, to: 2 },
  recent: [],
  related: [],
};
const one = ['draw(w);', 'show(width);'];
const other = ['draw(w);', 'show(height);'];
const budget = { promptTokens: 512, regionTokens: 64 };

/** One token per UTF-16 unit; nats by the argument of `show` in the answer. */
class WeighingEngine extends ScriptedEngine {
  readonly nats: Readonly<Record<string, number>>;
  /** The part of each answer that is scored. */
  readonly read: string[] = [];
  constructor(nats: Readonly<Record<string, number>>) {
    super(fileModel);
    this.nats = nats;
  }
  override async tokenize(texts: readonly string[]): Promise<number[][]> {
    return texts.map((text) => Array.from(text, (unit) => FIRST + unit.charCodeAt(0)));
  }
  override async score(samples: readonly ScoreSample[]): Promise<Score[]> {
    const textOf = (tokens: readonly number[]): string =>
      String.fromCharCode(...tokens.filter((token) => token >= FIRST).map((token) => token - FIRST));
    return samples.map(({ tokens, lossFrom }) => {
      this.read.push(textOf(tokens.slice(lossFrom)));
      const name = [...textOf(tokens).matchAll(/show\((\w+)\)/g)].at(-1)![1]!;
      return { nll: this.nats[name]!, tokens: 1, top1: 0 };
    });
  }
}
/** Tokens below it are special. */
const FIRST = 1000;

const guesses = (answers: readonly string[][], chance = 0.3) => answers.map((answer) => ({ answer, chance }));

const weighedBy = async (nats: Readonly<Record<string, number>>, answers = [one, other]) => {
  const engine = new WeighingEngine(nats);
  const weighed = await weigh(situation, guesses(answers), { engine, model: fileModel }, { adapter: null, budget });
  return { engine, weighed };
};

describe('weigh', () => {
  it.each([
    ['picks the likeliest guess', { w: 3, width: 1, height: 2 }, one, 2],
    ['picks another guess when that is likelier', { w: 3, width: 2, height: 1 }, other, 2],
    ['lowers the chance of a guess that is less likely than no change', { w: 1, width: 2, height: 3 }, one, -1],
  ])('%s', async (_, nats, answer, likelier) => {
    const { weighed } = await weighedBy(nats);
    expect(weighed?.answer).toEqual(answer);
    expect(weighed?.chance).toBeCloseTo(chanceBehind(0.3, likelier));
  });

  it('lets a much better prior chance outweigh a slightly better score', async () => {
    const engine = new WeighingEngine({ w: 2, width: 2, height: 1 });
    const [unlikely] = guesses([other], 0.1);
    const [likely] = guesses([one], 0.6);
    const weighed = await weigh(
      situation,
      [unlikely!, likely!],
      { engine, model: fileModel },
      { adapter: null, budget },
    );
    expect(weighed?.answer).toEqual(one);
  });

  it('scores answers without their common beginning', async () => {
    const { engine } = await weighedBy({ w: 3, width: 1 }, [one]);
    expect(engine.read).toEqual([');\n', 'idth);\n']);
  });

  it('gives null without scoring when the region does not fit', async () => {
    const engine = new WeighingEngine({});
    const small = { promptTokens: 512, regionTokens: 4 };
    const weighed = await weigh(
      situation,
      guesses([one]),
      { engine, model: fileModel },
      { adapter: null, budget: small },
    );
    expect(weighed).toBeNull();
    expect(engine.read).toEqual([]);
  });
});
