/** For the filters' tests: cursor-marked documents in, the resulting document out. */

import { syntaxFor } from '../../languages/syntax.ts';
import { budgetFor } from '../../prompt/budget.ts';
import { cutWindows } from '../../prompt/windows.ts';
import { cursorAt } from '../cursor.ts';
import { shapeAt } from '../shape.ts';
import { type Filter, type FilterInput, isDropped } from '../suggestion.ts';

/** A filter's input at the `║` of `marked`; `over` gives what the document does not. */
async function inputAt(
  marked: string,
  languageId = 'typescript',
  over: Partial<FilterInput> = {},
): Promise<FilterInput> {
  const offset = marked.indexOf('║');
  const text = marked.replace('║', '');
  const { closers } = cutWindows('', text.slice(0, offset), text.slice(offset), budgetFor(1024));
  const cursor = cursorAt(text, offset, languageId);
  const syntax = await syntaxFor(languageId);
  return {
    cursor,
    closers,
    shape: shapeAt(cursor, closers, syntax),
    typed: '',
    cutOff: false,
    invoked: false,
    writer: 'base',
    confidenceOf: () => 0,
    lean: 0,
    everything: false,
    syntax,
    ...over,
  };
}

/** The document's text afterwards, the inserted part in ⟦⟧, or why nothing is offered. */
export async function applied(
  filter: Filter,
  marked: string,
  generated: string,
  languageId?: string,
  over?: Partial<FilterInput>,
): Promise<string> {
  const result = filter({ text: generated, replaceAfter: 0 }, await inputAt(marked, languageId, over));
  if (isDropped(result)) return `dropped: ${result.dropped}`;
  const [before = '', after = ''] = marked.split('║');
  return `${before}⟦${result.text}⟧${after.slice(result.replaceAfter)}`;
}
