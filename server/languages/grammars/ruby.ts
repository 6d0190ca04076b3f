import { grammarOf, type LanguageEntry } from './entry.ts';

export const ruby = {
  extensions: ['.rb', '.rake', '.gemspec', '.ru', '.podspec', '.jbuilder'],
  grammar: () => grammarOf('tree-sitter-ruby'),
  query: `
    (method body: (body_statement) @function)
    (singleton_method body: (body_statement) @function)
    (block_body) @block
    (body_statement) @block
    (then) @block
    (program (_) @statement)
    (body_statement (_) @statement)
    (block_body (_) @statement)
    (then (_) @statement)
    (hash (pair) @member)
    (argument_list) @arguments
    (assignment right: (_) @expression)
    (if condition: (_) @expression)
    (comment) @comment`,
  definitions: `
    (method body: (_) @body) @definition
    (singleton_method body: (_) @body) @definition
    (class body: (_) @body) @definition
    (module body: (_) @body) @definition`,
  comments: { line: '#' },
} as const satisfies LanguageEntry;
