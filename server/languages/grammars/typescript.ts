import { cComments, grammarOf, type LanguageEntry } from './entry.ts';
import { definitions as javascriptDefinitions, query as javascriptQuery } from './javascript.ts';

const definitions = `${javascriptDefinitions}
  (abstract_class_declaration body: (_) @body) @definition
  (interface_declaration) @definition
  (type_alias_declaration) @definition
  (enum_declaration) @definition`;

const query = `${javascriptQuery}
  (interface_body (_) @statement)
  (enum_body (_) @member)`;

export const typescript = {
  extensions: ['.ts', '.mts', '.cts'],
  grammar: () => grammarOf('tree-sitter-typescript', 'typescript'),
  query,
  definitions,
  comments: cComments,
} as const satisfies LanguageEntry;

export const tsx = {
  extensions: ['.tsx'],
  grammar: () => grammarOf('tree-sitter-typescript', 'tsx'),
  query: `${query}
    (jsx_expression (_) @expression)`,
  definitions,
  comments: cComments,
} as const satisfies LanguageEntry;
