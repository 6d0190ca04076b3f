import { expect, test } from 'vitest';
import type * as vscode from 'vscode';
import { GhostText } from './ghostText.ts';

const item = (insertText: string) => ({ insertText }) as vscode.InlineCompletionItem;
const position = { line: 3, character: 7 } as vscode.Position;
const document = (version = 1) => ({ version, uri: { toString: () => 'file:///a.ts' } }) as vscode.TextDocument;

/** `insertion`: what the next edit inserts at the cursor. */
function ghostText(insertion: string | null) {
  const seen: string[] = [];
  const state = { insertion };
  const ghost: GhostText = new GhostText({
    insertionAt: () => (state.insertion === null ? null : item(state.insertion)),
    trigger: async () => void seen.push(`asked: ${await ask('completion')}`),
    onCompletion: () => seen.push('completed'),
    onShown: () => seen.push('shown'),
  });
  const ask = async (completion: string | null, { late = false, selected = false } = {}): Promise<string> => {
    const context = { selectedCompletionInfo: selected ? ({} as vscode.SelectedCompletionInfo) : undefined };
    const items = await ghost.answer(document(), position, context, { isCancellationRequested: late }, async () => {
      seen.push(`completes, ${ghost.completionAt(document(), position, false)}`);
      return completion === null ? [] : [item(completion)];
    });
    return (items as vscode.InlineCompletionItem[]).map(({ insertText }) => insertText).join();
  };
  return { ghost, seen, state, ask };
}

test.each([
  ['a completion comes first', 'edit', 'completion', {}, 'completion', 'shown'],
  ['the next edit where none comes', 'edit', null, {}, 'edit', 'none'],
  ['nothing where neither does', null, null, {}, '', 'none'],
  ['nothing for the choice of the suggest widget', 'edit', null, { selected: true }, '', 'none'],
  ['nothing of the next edit to who asks no longer', 'edit', null, { late: true }, '', 'none'],
  ['a completion that is late counts as none', 'edit', 'completion', { late: true }, 'completion', 'none'],
] as const)('%s', async (_name, insertion, completion, circumstances, expected, outcome) => {
  const { ghost, seen, ask } = ghostText(insertion);
  expect(await ask(completion, circumstances)).toBe(expected);
  expect(ghost.completionAt(document(), position, false)).toBe(outcome);
  expect(ghost.completionAt(document(2), position, false)).toBe('none');
  expect(seen.at(0)).toBe('completes, pending');
  expect(seen.at(-1)).toBe('completed');
});

test('an edit that comes later makes the editor ask, once, and no completion is asked for then', async () => {
  const { ghost, seen, state, ask } = ghostText(null);
  await ask(null);
  state.insertion = 'edit';
  seen.length = 0;
  ghost.show(document(), position);
  ghost.show(document(), position);
  await expect.poll(() => seen).toEqual(['shown', 'asked: edit']);
});

test('where the cursor comes back to, the editor is made to ask again', async () => {
  const { ghost, seen, ask } = ghostText('edit');
  await ask(null);
  ghost.gone();
  seen.length = 0;
  ghost.show(document(), position);
  await expect.poll(() => seen).toEqual(['shown', 'asked: edit']);
});

test('a completion is in view no more once the cursor has left it, wherever it goes then', async () => {
  const { ghost, ask } = ghostText(null);
  await ask('completion');
  ghost.moved(document(), position);
  expect(ghost.completionAt(document(), position, false)).toBe('shown');
  ghost.moved(document(), { line: 9, character: 0 } as vscode.Position);
  ghost.moved(document(), position);
  expect(ghost.completionAt(document(), position, false)).toBe('none');
});

test('one that went to the editor with the answer does not make it ask again', async () => {
  const { ghost, seen, ask } = ghostText('edit');
  await ask(null);
  seen.length = 0;
  ghost.show(document(), position);
  expect(seen).toEqual([]);
});

test('what fails leaves nothing pending', async () => {
  const { ghost, seen } = ghostText(null);
  const failing = ghost.answer(
    document(),
    position,
    { selectedCompletionInfo: undefined },
    { isCancellationRequested: false },
    () => Promise.reject(new Error('no server')),
  );
  await expect(failing).rejects.toThrow('no server');
  expect(ghost.completionAt(document(), position, false)).toBe('none');
  expect(seen).toEqual(['completed']);
});
