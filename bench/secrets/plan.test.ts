import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { describe, expect, it } from 'vitest';
import { Random } from '../../server/common/random.ts';
import { allKinds } from './kinds/index.ts';
import { defaultSeed, isUnseen, planOf, surroundingsOf } from './plan.ts';
import { Telltales } from './search.ts';

const plants = planOf({ seed: defaultSeed, kinds: allKinds, writings: 10 });

describe('the plan of what is planted', () => {
  it('has every kind once, in ten writings where mining reads, and in a commit message', () => {
    expect(new Set(allKinds.map(({ name }) => name)).size).toBe(allKinds.length);
    for (const kind of allKinds) {
      const own = plants.filter((plant) => plant.kind === kind);
      const read = own.filter((plant) => plant.read);
      expect(read.length, kind.name).toBe(10);
      expect(read.filter(({ place }) => place === 'history').length, kind.name).toBe(1);
      expect(own.filter(({ place }) => place === 'message').length, kind.name).toBe(1);
      const inTree = read.filter(({ place }) => place === 'tree').map(({ writing }) => writing);
      expect(new Set(inTree).size, kind.name).toBe(inTree.length);
    }
  });

  it("keeps about a third of the kinds unseen by the rules' authors, and other kinds by another seed", () => {
    const unseenBy = (seed: number) => allKinds.filter((kind) => isUnseen(kind, seed));
    expect(unseenBy(defaultSeed).length / allKinds.length).toBeGreaterThan(0.25);
    expect(unseenBy(defaultSeed).length / allKinds.length).toBeLessThan(0.42);
    expect(unseenBy(defaultSeed)).not.toEqual(unseenBy(defaultSeed + 1));
  });

  it('is the same for the same seed, and has only other values for another seed', () => {
    const few = allKinds.slice(0, 20);
    const textsOf = (seed: number) => planOf({ seed, kinds: few, writings: 4 }).map(({ text }) => text);
    expect(textsOf(5)).toEqual(textsOf(5));
    const known = new Set(textsOf(5));
    expect(textsOf(6).filter((text) => known.has(text))).toEqual([]);
  });

  it('lists for each secret telltale strings that its text contains', () => {
    for (const { kind, writing, text, tells } of plants) {
      expect(tells.length, `${kind.name}, ${writing}`).toBeGreaterThan(0);
      for (const tell of tells) expect(text, `${kind.name}, ${writing}`).toContain(tell);
    }
  });
});

describe('the search for secrets', () => {
  const telltales = new Telltales(plants);

  it('finds every secret in its own text, and none in the code around it', () => {
    for (const plant of plants) expect([...telltales.foundIn(plant.text.split('\n'))]).toContain(plant);
    const code = plants.slice(0, 500).flatMap((plant) => Object.values(surroundingsOf(plant, defaultSeed)).flat(2));
    expect([...telltales.foundIn(code.flatMap((block) => block.split('\n')))]).toEqual([]);
  });

  it('finds a secret by any twelve characters of it, and not by eleven', () => {
    const plant = plants.find(({ kind, place }) => kind.name === 'Rails master key' && place === 'message')!;
    const [tell] = plant.tells as [string];
    expect([...telltales.foundIn([`x${tell.slice(9, 21)}x`])]).toEqual([plant]);
    expect([...telltales.foundIn([`x${tell.slice(9, 20)}x`])]).toEqual([]);
  });
});

describe('the source files of the planted kinds', () => {
  const config = { rules: [{ id: 'preset', rule: creator, options: {} }] };
  const findings = async (content: string) => {
    const source = { filePath: 'kinds.ts', content, ext: '.ts', contentType: 'text' as const };
    return (await lintSource({ source, options: { config } })).messages.map(({ message }) => message);
  };

  it('hold nothing that a secret scanner reports, while it does report a planted value', async () => {
    const kind = allKinds.find(({ name }) => name === 'GitHub personal token')!;
    expect(await findings(kind.generate(new Random('scanner')).text)).not.toEqual([]);
    for (const path of readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }))
      if (path.endsWith('.ts'))
        expect(await findings(readFileSync(join(import.meta.dirname, path), 'utf8')), path).toEqual([]);
  });
});
