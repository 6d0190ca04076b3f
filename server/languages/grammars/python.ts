import { grammarOf, type LanguageEntry } from './entry.ts';

export const python = {
  extensions: ['.py', '.pyi'],
  grammar: () => grammarOf('tree-sitter-python'),
  query: `
    (function_definition body: (block) @function)
    (block) @block
    (module (_) @statement)
    (block (_) @statement)
    (dictionary (pair) @member)
    (argument_list) @arguments
    (assignment right: (_) @expression)
    (return_statement (_) @expression)
    (if_statement condition: (_) @expression)
    (expression_statement . (string) .) @comment
    (comment) @comment`,
  definitions: `
    (function_definition body: (_) @body) @definition
    (class_definition body: (_) @body) @definition`,
  comments: { line: '#' },
} as const satisfies LanguageEntry;
