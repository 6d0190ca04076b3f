import { describe, expect, test } from 'vitest';
import { behindTheLine, insertionAt, type Replacement, trimmed, typedAlong } from './replacement.ts';

/** `[` and `]` enclose what is replaced, `║` is the cursor. */
function marked(text: string, after: string): { edit: Replacement; cursor: number; document: string } {
  const document = text.replace(/[[\]║]/g, '');
  const at = (mark: string) => text.slice(0, text.indexOf(mark)).replace(/[[\]║]/g, '').length;
  const start = at('[');
  return { edit: { start, before: document.slice(start, at(']')), after }, cursor: at('║'), document };
}

describe('trimmed', () => {
  test.each([
    ['what both ends share is left out', 'foo(url)', 'foo(address)', { start: 14, before: 'url', after: 'address' }],
    ['an insertion', 'ab', 'axb', { start: 11, before: '', after: 'x' }],
    ['a deletion of one of two equal characters', 'aab', 'ab', { start: 11, before: 'a', after: '' }],
    ['nothing', 'ab', 'ab', { start: 12, before: '', after: '' }],
    ['a surrogate pair is not cut', '😀', '😁', { start: 10, before: '😀', after: '😁' }],
    ['a CRLF line break is not cut', 'a\r\nb', 'a\nb', { start: 11, before: '\r\n', after: '\n' }],
  ])('%s', (_name, before, after, expected) => {
    expect(trimmed({ start: 10, before, after })).toEqual(expected);
  });
});

describe('behindTheLine', () => {
  test.each([
    ['a line before another becomes one after the line above', 'a\n[]b', 'x\n', { start: 1, before: '', after: '\nx' }],
    ['a line before another with CRLF line breaks', 'a\r\n[]b', 'x\r\n', { start: 1, before: '', after: '\r\nx' }],
    ['not at the beginning of the document', '[]b', 'x\n', { start: 0, before: '', after: 'x\n' }],
    ['not in the middle of a line', 'a[]b', 'x\n', { start: 1, before: '', after: 'x\n' }],
    ['not where something is replaced', 'a\n[b]', 'x\n', { start: 2, before: 'b', after: 'x\n' }],
  ])('%s', (_name, text, after, expected) => {
    const { edit, document } = marked(text, after);
    expect(behindTheLine(edit, (from, to) => document.slice(from, to))).toEqual(expected);
  });
});

describe('insertionAt', () => {
  test.each([
    ['an insertion at the cursor', 'a []║b', 'x', 'x'],
    ['a replacement that keeps both sides of the cursor', '[foo(║)]', 'foo(x, y)', 'x, y'],
    ['a replacement that removes text', '[foo(a║)]', 'foo(b)', null],
    ['a replacement that changes text before the cursor', '[foo(║)]', 'bar(x)', null],
    ['a deletion', '[foo(║)]', 'foo(', null],
    ['an insertion given at the start of the next line', 'a║\n[]b', 'x\n', '\nx'],
    ['an insertion elsewhere', 'a║ = b[]', 'x', null],
    ['an insertion of equal letters slides to the cursor', 'a║a[]', 'a', 'a'],
    ['an insertion far away', `║${'a'.repeat(300)}[]`, 'a', null],
  ])('%s', (_name, text, after, expected) => {
    const { edit, cursor, document } = marked(text, after);
    expect(insertionAt(edit, cursor, (from, to) => document.slice(from, to))).toBe(expected);
  });
});

describe('typedAlong', () => {
  const typed = (rangeOffset: number, text: string, rangeLength = 0) => ({ rangeOffset, rangeLength, text });
  const insertion: Replacement = { start: 4, before: '', after: 'self.x = x' };
  const rename: Replacement = { start: 4, before: 'url', after: 'address' };
  test.each([
    ['the first letter', insertion, [typed(4, 's')], { start: 5, before: '', after: 'elf.x = x' }],
    [
      'a bracket that the editor closes',
      { start: 0, before: '', after: '(a)' },
      [typed(0, '()')],
      { start: 1, before: '', after: 'a' },
    ],
    ['all of it', insertion, [typed(4, 'self.x = x')], 'done'],
    ['another letter', insertion, [typed(4, 'q')], null],
    ['a place before it', insertion, [typed(3, 's')], null],
    ['a place behind it', rename, [typed(8, 's')], null],
    ['the replaced text is deleted', rename, [typed(4, '', 3)], { start: 4, before: '', after: 'address' }],
    ['the new text is typed before the old', rename, [typed(4, 'addr')], { start: 8, before: 'url', after: 'ess' }],
    ['two places at once', insertion, [typed(4, 's'), typed(0, 's')], null],
    ['nothing changed', insertion, [], null],
    ['typed text is deleted again', { start: 5, before: '', after: 'elf' }, [typed(4, '', 1)], null],
  ] as const)('%s', (_name, edit, changes, expected) => {
    expect(typedAlong(edit, changes)).toEqual(expected);
  });
});
