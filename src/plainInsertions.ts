/** No vscode here. */
import type { InlineCompletionItem, InlineCompletionList } from 'vscode-languageclient';

export type InlineAnswer = InlineCompletionList | InlineCompletionItem[] | null;

/**
 * The answer with the text of its snippets, which place the cursor: of several cursors, the editor inserts a snippet at one and drops the
 * others.
 */
export function plainInsertions(answer: InlineAnswer): InlineAnswer {
  if (answer === null) return null;
  if (Array.isArray(answer)) return answer.map(plain);
  return { ...answer, items: answer.items.map(plain) };
}

function plain(item: InlineCompletionItem): InlineCompletionItem {
  const { insertText } = item;
  if (typeof insertText === 'string') return item;
  return { ...item, insertText: insertText.value.replace(/\\([\\$}])|\$0/g, '$1') };
}
