/** Expected prompts are those of PyPI's sweep-autocomplete 0.1.1 in the same situations. */
import { describe, expect, it } from 'vitest';
import type { LineChange } from '../edits/change.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { PromptPart } from '../engine/types.ts';
import {
  answerText,
  buildEditPrompt,
  buildEditTraining,
  EDIT_BUDGETS,
  editLayoutOf,
  knowsNextEdits,
  linesOfAnswer,
} from './editPrompt.ts';

const original = [
  'import math',
  '',
  'def area(w, h):',
  '    size = w * h',
  '    return size',
  '',
  'print(area(2, 3))',
  'print(area(4, 5))',
  'print(math.pi)',
];
const renamed: LineChange = {
  path: 'src/area.py',
  line: 2,
  before: ['def area(w, h):'],
  after: ['def area(width, h):'],
};
const used: LineChange = {
  path: 'src/area.py',
  line: 3,
  before: ['    size = w * h'],
  after: ['    size = width * h'],
};
const file =
  '<|file_sep|>src/area.py\nimport math\n\ndef area(w, h):\n    size = w * h\n    return size\n\nprint(area(2, 3))\nprint(area(4, 5))\nprint(math.pi)\n\n';

const asked = (situation: Partial<EditSituation>, promptTokens = 2000): string | null => {
  const whole = { path: 'src/area.py', lines: original, region: { from: 2, to: 9 }, recent: [], related: [] };
  const prompt = buildEditPrompt({ ...whole, ...situation }, { promptTokens, regionTokens: 256 }, 'sweep');
  return prompt === null ? null : shown(prompt.parts);
};

describe("prompts in Sweep's layout", () => {
  it('show file and region before the change, the change in context and the cursor after it', () => {
    const lines = original.with(2, 'def area(width, h):');
    const region =
      'import math\n\ndef area(w, h):\n    size = w * h\n    return size\n\nprint(area(2, 3))\nprint(area(4, 5))\n';
    expect(asked({ lines, region: { from: 0, to: 8 }, recent: [renamed] })).toBe(
      [
        file,
        '<|file_sep|>src/area.py:2:3\noriginal:\ndef area(w, h):\n    size = w * h\nupdated:\ndef area(width, h):\n    size = w * h\n',
        `<|file_sep|>original/src/area.py:3:11\n${region}`,
        `<|file_sep|>current/src/area.py:3:11\n${region.replace('(w,', '(width<|cursor|>,')}`,
        '<|file_sep|>updated/src/area.py:3:11\n',
      ].join(''),
    );
  });

  it('revert all changes of the region, and show related code after the file', () => {
    const lines = original.with(2, 'def area(width, h):').with(3, '    size = width * h');
    const related = [{ path: 'src/box.py', text: 'class Box: ...' }];
    const rest = '    return size\n\nprint(area(2, 3))\nprint(area(4, 5))\nprint(math.pi)\n';
    expect(asked({ lines, recent: [renamed, used], related })).toBe(
      [
        file,
        '<|file_sep|>src/box.py\nclass Box: ...\n\n',
        '<|file_sep|>src/area.py:2:3\noriginal:\ndef area(w, h):\n    size = w * h\nupdated:\ndef area(width, h):\n    size = w * h\n',
        '<|file_sep|>src/area.py:3:4\noriginal:\ndef area(width, h):\n    size = w * h\n    return size\n',
        'updated:\ndef area(width, h):\n    size = width * h\n    return size\n',
        `<|file_sep|>original/src/area.py:2:9\ndef area(w, h):\n    size = w * h\n${rest}`,
        `<|file_sep|>current/src/area.py:2:9\ndef area(width, h):\n    size = width<|cursor|> * h\n${rest}`,
        '<|file_sep|>updated/src/area.py:2:9\n',
      ].join(''),
    );
  });

  it.each([
    [
      'a change of another file',
      [{ path: 'src/other.py', line: 0, before: ['a = 1'], after: ['a = 2'] }],
      '<|file_sep|>src/other.py:1:1\noriginal:\na = 1\nupdated:\na = 2\n',
    ],
    ['no change', [], '\n'],
    ['a change of white space', [{ path: 'src/other.py', line: 0, before: ['a'], after: ['  a'] }], '\n'],
  ])('put the cursor into the line that the region was cut around after %s', (_, recent, changes) => {
    const above = 'def area(w, h):\n    size = w * h\n    return size';
    const below = '\n\nprint(area(2, 3))\nprint(area(4, 5))\nprint(math.pi)\n';
    expect(asked({ recent })).toBe(
      [
        file + changes,
        `<|file_sep|>original/src/area.py:3:10\n${above}${below}`,
        `<|file_sep|>current/src/area.py:3:10\n${above}<|cursor|>${below}`,
        '<|file_sep|>updated/src/area.py:3:10\n',
      ].join(''),
    );
  });

  it('leave out the surrounding file when room is short, and are null when the region does not fit', () => {
    const lines = original.with(2, 'def area(width, h):');
    const prompt = asked({ lines, recent: [renamed] }, 210)!;
    expect(prompt).toContain('updated:\ndef area(width, h):');
    expect(prompt).not.toContain('import math');
    expect(asked({ lines, recent: [renamed] }, 60)).toBeNull();
  });

  it('end the file with one line break, whether or not its last line is empty', () => {
    const head = (lines: readonly string[]) => asked({ lines, region: { from: 2, to: 5 } })!.split('<|file_sep|>')[1];
    expect(head([...original, ''])).toBe(head(original));
  });

  it('begin with the same file while the region is typed in', () => {
    const told = (text: string) => asked({ lines: original.with(2, text), recent: [{ ...renamed, after: [text] }] })!;
    const [one, other] = [told('def area(wid, h):'), told('def area(width, h):')];
    expect(one.slice(0, file.length)).toBe(other.slice(0, file.length));
  });

  it('show a part of a long file around the region, which moves in steps', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}`);
    const prompt = asked({ lines, region: { from: 2500, to: 2508 } })!;
    const head = prompt.slice(0, prompt.indexOf('<|file_sep|>original/'));
    expect(head).toContain('\nline 2500\n');
    const next = asked({ lines, region: { from: 2504, to: 2512 } })!;
    expect(next.startsWith(head)).toBe(true);
  });

  it('are trained with an answer that has no line break at its end', async () => {
    const tokenizer = {
      tokenize: async (texts: readonly string[]) =>
        texts.map((text) => Array.from(text, (letter) => letter.charCodeAt(0))),
      special: { fileSep: 1000, eot: 1001 },
    };
    const situation = { path: 'src/area.py', lines: original, region: { from: 2, to: 5 }, recent: [], related: [] };
    const updated = ['def area(w, h):', '    return w * h'];
    const { serving } = EDIT_BUDGETS.sweep;
    const { tokens, lossFrom } = (await buildEditTraining(situation, updated, serving, tokenizer, 'sweep'))!;
    expect(String.fromCharCode(...tokens.slice(lossFrom, -1))).toBe('def area(w, h):\n    return w * h');
    expect(tokens.at(-1)).toBe(1001);
    expect(linesOfAnswer(answerText(updated, 'sweep'), 'sweep')).toEqual(updated);
  });

  it('revert what was changed before a deletion at the start of the region', () => {
    const lines = original.with(3, used.after[0]!).toSpliced(2, 1);
    const deleted: LineChange = { path: 'src/area.py', line: 2, before: ['def area(w, h):'], after: [] };
    expect(asked({ lines, region: { from: 2, to: 4 }, recent: [used, deleted] })).toContain(
      ':3\ndef area(w, h):\n    size = w * h\n    return size\n<|file_sep|>current/',
    );
  });

  it.each([
    ['a region that ends in an empty line', ['a', ''], 'b\n', ['b', '']],
    ['a region that ends in two empty lines', ['a', '', ''], 'b\n\n', ['b', '', '']],
    ['an extra line break', ['a'], 'b\n', ['b']],
    ['the cursor marker', ['a'], 'b<|cursor|>', ['b']],
    ['a cursor marker of the text itself', ["mark = '<|cursor|>'"], "sign = '<|cursor|>'", ["sign = '<|cursor|>'"]],
  ])('have an answer read with %s', (_, now, written, expected) => {
    expect(linesOfAnswer(written, 'sweep', now)).toEqual(expected);
  });
});

describe('the layout of a base', () => {
  it.each([
    [{ name: '', path: '/models/sweep-next-edit-0.5b.q8_0.gguf' }, true],
    [{ name: '', path: 'C:\\models\\sweep-next-edit-1.5b.q8_0.v2.gguf' }, true],
    [{ name: 'Sweep Next Edit 0.5B', path: '/models/some.gguf' }, true],
    [{ name: 'Qwen2.5 Coder 0.5B Instruct', path: '/sweep-next-edit/qwen.gguf' }, false],
  ])('is recognised by its name: %j', (model, made) => {
    expect(knowsNextEdits(model)).toBe(made);
    expect(editLayoutOf(model)).toBe(made ? 'sweep' : 'blocks');
  });
});

function shown(parts: readonly PromptPart[]): string {
  return parts.map((part) => ('text' in part ? part.text : '<|file_sep|>')).join('');
}
