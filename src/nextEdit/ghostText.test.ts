import { expect, test } from 'vitest';
import type * as vscode from 'vscode';
import { GhostText } from './ghostText.ts';

const item = (insertText: string) => ({ insertText }) as vscode.InlineCompletionItem;
const position = { line: 3, character: 7 } as vscode.Position;
const document = (version = 1) => ({ version, uri: { toString: () => 'file:///a.ts' } }) as vscode.TextDocument;

/** `insertion`: what the next edit inserts at the cursor. */
function ghostText(insertion: string | null, selected = false) {
  const seen: string[] = [];
  const state = { insertion };
  const ghost: GhostText = new GhostText({
    insertionAt: () => (state.insertion === null ? null : item(state.insertion)),
    trigger: async () => void seen.push(`asked: ${await ask('completion', { selected })}`),
    onCompletion: () => seen.push('completed'),
    onShown: () => seen.push('shown'),
  });
  const ask = async (completion: string | null, { late = false, selected = false } = {}): Promise<string> => {
    const context = { selectedCompletionInfo: selected ? ({} as vscode.SelectedCompletionInfo) : undefined };
    const items = await ghost.answer(
      document(),
      position,
      context,
      { isCancellationRequested: late },
      async (asked) => {
        if (!asked) seen.push('unasked');
        seen.push(`completes, ${ghost.completionAt(document(), position, false)}`);
        return completion === null ? [] : [item(completion)];
      },
    );
    return (items as vscode.InlineCompletionItem[]).map(({ insertText }) => insertText).join();
  };
  return { ghost, seen, state, ask };
}

test.each([
  ['a completion comes first', 'edit', 'completion', {}, 'completion', 'shown'],
  ['the next edit comes without a completion', 'edit', null, {}, 'edit', 'none'],
  ['nothing comes without either', null, null, {}, '', 'none'],
  ['no next edit for the choice of the suggest widget', 'edit', null, { selected: true }, '', 'none'],
  ['no next edit for a cancelled request', 'edit', null, { late: true }, '', 'none'],
  ['a late completion counts as none', 'edit', 'completion', { late: true }, 'completion', 'none'],
] as const)('%s', async (_name, insertion, completion, circumstances, expected, outcome) => {
  const { ghost, seen, ask } = ghostText(insertion);
  expect(await ask(completion, circumstances)).toBe(expected);
  expect(ghost.completionAt(document(), position, false)).toBe(outcome);
  expect(ghost.completionAt(document(2), position, false)).toBe('none');
  expect(seen.at(0)).toBe('completes, pending');
  expect(seen.at(-1)).toBe('completed');
});

test('an edit that comes later makes the editor ask once, without a completion', async () => {
  const { ghost, seen, state, ask } = ghostText(null);
  await ask(null);
  state.insertion = 'edit';
  seen.length = 0;
  ghost.show(document(), position);
  ghost.show(document(), position);
  await expect.poll(() => seen).toEqual(['shown', 'asked: edit']);
});

test.each([
  ['when the edit is gone by then', null, false],
  ['for the choice of the suggest widget', 'edit', true],
])('a completion that we made the editor ask for is not one that the user asked for, %s', async (_, left, selected) => {
  const { ghost, seen, state, ask } = ghostText('edit', selected);
  await ask(null);
  ghost.gone();
  seen.length = 0;
  state.insertion = left;
  ghost.show(document(), position);
  await expect.poll(() => seen).toEqual(['unasked', 'completes, pending', 'completed', 'asked: completion']);
});

test('an edit shown again after it was gone makes the editor ask again', async () => {
  const { ghost, seen, ask } = ghostText('edit');
  await ask(null);
  ghost.gone();
  seen.length = 0;
  ghost.show(document(), position);
  await expect.poll(() => seen).toEqual(['shown', 'asked: edit']);
});

test('the edit comes back where the cursor passes its place, leaves it and returns at once', async () => {
  const ended: (() => void)[] = [];
  const ghost = new GhostText({
    insertionAt: () => item('edit'),
    trigger: () => new Promise((resolve) => ended.push(resolve)),
    onCompletion: () => {},
    onShown: () => {},
  });
  for (let i = 0; i < 2; i += 1) {
    ghost.show(document(), position);
    ghost.gone();
  }
  expect(ended).toHaveLength(2);
  ended[0]?.();
  await Promise.resolve();
  const answer = await ghost.answer(
    document(),
    position,
    { selectedCompletionInfo: undefined },
    { isCancellationRequested: false },
    async () => [item('completion')],
  );
  expect(answer).toEqual([item('edit')]);
});

test('a completion is no longer in view once the cursor has left it, even when it returns', async () => {
  const { ghost, ask } = ghostText(null);
  await ask('completion');
  ghost.moved(document(), position);
  expect(ghost.completionAt(document(), position, false)).toBe('shown');
  ghost.moved(document(), { line: 9, character: 0 } as vscode.Position);
  ghost.moved(document(), position);
  expect(ghost.completionAt(document(), position, false)).toBe('none');
});

test('an edit given with the answer does not make the editor ask again', async () => {
  const { ghost, seen, ask } = ghostText('edit');
  await ask(null);
  seen.length = 0;
  ghost.show(document(), position);
  expect(seen).toEqual([]);
});

test('a failed completion leaves nothing pending', async () => {
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
