import { describe, expect, it } from 'vitest';
import { threadMs } from '../common/testing.ts';
import type { PromptPart } from '../engine/types.ts';
import { buildEditPrompt, buildEditTraining, type EditSituation, linesOfAnswer, regionAround } from './editPrompt.ts';

const lines = ['def area(width, height):', '    return w * h', '', 'print(area(2, 3))'];
const situation: EditSituation = {
  path: 'src/area.py',
  lines,
  region: { from: 0, to: 3 },
  recent: [{ path: 'src/area.py', line: 0, before: ['def area(w, h):'], after: ['def area(width, height):'] }],
  related: [{ path: 'src/box.py', text: 'class Box: ...' }],
};

const shown = (parts: readonly PromptPart[]): string =>
  parts.map((part) => ('text' in part ? part.text : `<${part.special}>`)).join('');

describe('prompts of next edits', () => {
  it('show related code, the file around the region, recent changes in context and the region', () => {
    const prompt = buildEditPrompt(situation, { promptTokens: 500, regionTokens: 100 })!;
    expect(shown(prompt.parts)).toBe(
      [
        '<fileSep>src/box.py\nclass Box: ...\n',
        '<fileSep>src/area.py\nprint(area(2, 3))\n',
        '<fileSep>src/area.py\noriginal:\ndef area(w, h):\n    return w * h\n\n',
        'updated:\ndef area(width, height):\n    return w * h\n\n',
        '<fileSep>src/area.py\noriginal:\ndef area(width, height):\n    return w * h\n\nupdated:\n',
      ].join(''),
    );
    expect(prompt.drafts).toBe('def area(width, height):\n    return w * h\n\n');
  });

  it('begin with the same text while the region is typed in, up to what is typed', () => {
    const file = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    const [older, typed] = ['line 3', 'line 50'];
    const told = (text: string): string => {
      const recent = [older, typed].map((line) => ({
        path: 'f',
        line: file.indexOf(line),
        before: [line],
        after: [line === typed ? text : 'more'],
      }));
      const now = file.map((line) => (line === typed ? text : line === older ? 'more' : line));
      const region = regionAround(50, 100);
      const room = { promptTokens: 500, regionTokens: 100 };
      return shown(buildEditPrompt({ path: 'f', lines: now, region, recent, related: [] }, room)!.parts);
    };
    const [one, other] = [told('some'), told('somewhere')];
    const same = one.slice(0, one.lastIndexOf('<fileSep>')).indexOf('some');
    expect(other.slice(0, same)).toBe(one.slice(0, same));
    expect(one.slice(0, same)).toMatch(/line 47\nline 56\n.*updated:\nline 49\n$/s);
  });

  it('show lines around older changes as they were, and none where the file no longer matches', () => {
    const change = (line: number, from: string, to: string) => ({ path: 'f', line, before: [from], after: [to] });
    const told = (recent: EditSituation['recent'], now: string[]) =>
      shown(
        buildEditPrompt(
          { path: 'f', lines: now, region: { from: 0, to: 1 }, recent, related: [] },
          { promptTokens: 500, regionTokens: 100 },
        )!.parts,
      );
    const both = told([change(0, 'a', 'A'), change(1, 'b', 'B')], ['A', 'B', 'c']);
    expect(both).toContain(
      '<fileSep>f\noriginal:\na\nb\nc\nupdated:\nA\nb\nc\n<fileSep>f\noriginal:\nA\nb\nc\nupdated:\nA\nB\nc\n',
    );
    expect(told([change(0, 'a', 'A')], ['X', 'B', 'c'])).toContain('<fileSep>f\noriginal:\na\nupdated:\nA\n<fileSep>');
  });

  it.each([
    [95, 'src/box.py\n', 'src/area.py\nprint'],
    [80, 'src/area.py\nprint', 'updated:\n'],
  ])('leave out the least important part with a budget of %i tokens', (promptTokens, gone, kept) => {
    const prompt = shown(buildEditPrompt(situation, { promptTokens, regionTokens: 100 })!.parts);
    expect(prompt).not.toContain(`<fileSep>${gone}`);
    expect(prompt).toContain(kept);
  });

  it('show only a part of a 1 MB line around the region, in little time', async () => {
    const long = { ...situation, lines: [...lines, 'x '.repeat(500_000)] };
    let prompt = '';
    const ms = await threadMs(() => {
      prompt = shown(buildEditPrompt(long, { promptTokens: 1000, regionTokens: 100 })!.parts);
    });
    expect(ms).toBeLessThan(100);
    expect(prompt.length).toBeLessThan(2000);
    expect(prompt).toContain('x x x');
  });

  it('are null when the region does not fit', () => {
    expect(buildEditPrompt(situation, { promptTokens: 500, regionTokens: 5 })).toBeNull();
    expect(buildEditPrompt(situation, { promptTokens: 20, regionTokens: 100 })).toBeNull();
  });

  it('are trained with the same parts, followed by the updated region and the end of text', async () => {
    const tokenizer = {
      tokenize: async (texts: readonly string[]) =>
        texts.map((text) => Array.from(text, (letter) => letter.charCodeAt(0))),
      special: { fileSep: 1000, eot: 1001 },
    };
    const updated = ['def area(width, height):', '    return width * height', ''];
    const budget = { promptTokens: 1000, regionTokens: 100 };
    const { tokens, lossFrom } = (await buildEditTraining(situation, updated, budget, tokenizer))!;
    const text = (from: number, to?: number) => String.fromCharCode(...tokens.slice(from, to));
    expect(text(lossFrom, -1)).toBe('def area(width, height):\n    return width * height\n\n');
    expect(tokens.at(-1)).toBe(1001);
    const prompt = buildEditPrompt(situation, budget)!;
    expect(lossFrom).toBe(shown(prompt.parts).replaceAll('<fileSep>', '#').length);
  });

  it.each([
    ['', []],
    ['\n', ['']],
    ['a\n\n', ['a', '']],
    ['a', ['a']],
  ])('have an answer of %j read as lines', (text, expected) => {
    expect(linesOfAnswer(text)).toEqual(expected);
  });

  it('take a region around a line that stays within the file', () => {
    expect(regionAround(0, 3)).toEqual({ from: 0, to: 3 });
    expect(regionAround(10, 100)).toEqual({ from: 8, to: 16 });
  });
});
