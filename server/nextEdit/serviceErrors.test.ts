import { describe, expect, test } from 'vitest';
import type { NextEditDiagnostic } from '../protocol/index.ts';
import { EditorWindow, openUri } from './testing.ts';

describe('errors reported since a change', () => {
  const boxes = `class Box {
  area(w: number) {
    return w;
  }
}
const box = new Box();
const one = box.area(1);
const two = box.area(2) + box.other.area;
`;
  const error = (line: number, from: number, to: number, severity: 1 | 2 | 3 = 1): NextEditDiagnostic => ({
    range: { start: { line, character: from }, end: { line, character: to } },
    message: "Property 'area' does not exist on type 'Box'.",
    severity,
  });
  const afterRenaming = (): EditorWindow => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    window.open(openUri, boxes);
    window.replace('area(w', 'surface(w');
    return window;
  };

  test('lead to uses of the old name of a method', async () => {
    const window = afterRenaming();
    const diagnostics = [error(6, 16, 20), error(7, 16, 20)];
    const first = await window.ask('surface', { diagnostics });
    expect(window.withEdit(first)).toBe(boxes.replace('area(w', 'surface(w').replace('box.area(1)', 'box.surface(1)'));
    window.accept(first);
    const second = await window.ask('surface', { diagnostics });
    expect(window.withEdit(second)).toContain('const two = box.surface(2) + box.other.area;');
    window.accept(second);
    expect((await window.ask('surface', { diagnostics })).edit).toBeNull();
  });

  test.each<[string, NextEditDiagnostic[]]>([
    ['no error', []],
    ['a hint', [error(6, 16, 20, 3)]],
    ['an error at another name', [error(6, 12, 15)]],
    ['an error of an older text', [error(6, 15, 18)]],
    ['an error with the name twice in it', [error(7, 0, 40)]],
    ['an error after the end', [error(99, 0, 4)]],
    ['an error of another document', [{ ...error(6, 16, 20), uri: 'file:///w/b.ts' }]],
  ])('propose nothing with %s', async (_, diagnostics) => {
    const window = afterRenaming();
    expect((await window.ask('surface', { diagnostics })).edit).toBeNull();
  });

  test('do not lead to an edit that was refused', async () => {
    const window = afterRenaming();
    const diagnostics = [error(6, 16, 20)];
    window.edits.rejected((await window.ask('surface', { diagnostics })).edit!.id);
    expect((await window.ask('surface', { diagnostics })).edit).toBeNull();
  });

  test('do not lead to the new name of a variable where it is taken', async () => {
    const window = afterRenaming();
    window.open(openUri, 'function f(w: number, h: number) {\n  return w * h;\n}\n');
    window.replace('f(w:', 'f(h:');
    expect(
      (await window.ask('f(h', { diagnostics: [{ ...error(1, 9, 10), message: "Cannot find name 'w'." }] })).edit,
    ).toBeNull();
  });

  test('lead to the use of the old name of a method in Python', async () => {
    const window = afterRenaming();
    const python = 'class Box:\n    def area(self):\n        return self.w\n\none = Box().area()\n';
    window.open('file:///w/a.py', python);
    window.replace('def area', 'def surface', 'file:///w/a.py');
    const { edit: offered } = await window.ask('def', {
      of: 'file:///w/a.py',
      diagnostics: [error(4, 12, 16)],
      languageId: 'python',
    });
    expect(offered).toMatchObject({ text: 'surface', start: python.indexOf('area()') + 3 });
  });

  test('in other documents are listed as places', async () => {
    const window = afterRenaming();
    const there = { ...error(3, 4, 8), uri: 'file:///w/uses.ts' };
    const { jumps } = await window.ask('surface', { diagnostics: [there, { ...there, message: 'Something else.' }] });
    expect(jumps).toEqual([{ uri: there.uri, range: there.range, reason: there.message }]);
  });

  test('lead to the old name in another document too', async () => {
    const window = afterRenaming();
    window.open('file:///w/uses.ts', 'const box = make();\nbox.area(1);\n');
    const diagnostics = [error(1, 4, 8)];
    const { edit: offered } = await window.ask('box', { of: 'file:///w/uses.ts', diagnostics });
    expect(offered).toMatchObject({ text: 'surface' });
  });

  test('decide where the model is asked next', async () => {
    const window = afterRenaming();
    window.learnedEdits = true;
    window.open(openUri, `${boxes}${'let x = 1;\n'.repeat(30)}let y: string = one;\n`);
    window.replace('new Box()', 'new Box(1)');
    window.script(['let y: string = one', 'let y: number = one']);
    const wrong = { range: { start: { line: 38, character: 4 }, end: { line: 38, character: 5 } }, message: 'Type.' };
    window.engine.calls.length = 0;
    const offer = await window.ask('new Box', { diagnostics: [wrong] });
    expect(window.withEdit(offer)).toContain('let y: number = one');
  });
});
