import { indentedAsFile } from '../indentUnit.ts';
import type { Filter } from '../suggestion.ts';

/** Indents further lines as the file does. */
export const indentation: Filter = (suggestion, { cursor }) => {
  const text = indentedAsFile(suggestion.text, cursor);
  return text === suggestion.text ? suggestion : { ...suggestion, text };
};
