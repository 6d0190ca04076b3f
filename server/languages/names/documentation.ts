/** Strings that only document, as Python's under the head of a definition. */
import type Parser from 'tree-sitter';

type Node = Parser.SyntaxNode;

const DEFINES = /^(?:function|class)_definition$/;

export function isDocumentation(node: Node): boolean {
  let at: Node | null = node;
  while (at?.type.startsWith('string_')) at = at.parent;
  return at?.type === 'string' && at.parent?.type === 'expression_statement';
}

/** Whether documentation at an offset may be about what stands at another: of the same function, or class for its members, or of all. */
export function isAbout(root: Node, text: string, offset: number, of: number): boolean {
  const name = root.descendantForIndex(of, of + 1);
  const isMember = name.parent?.type === 'attribute';
  let child = name;
  for (let { parent } = name; parent !== null; child = parent, { parent } = parent) {
    const isItsName = parent.childForFieldName('name')?.id === child.id;
    if (!DEFINES.test(parent.type) || isItsName) continue;
    const isIn = offset >= parent.startIndex && offset < parent.endIndex;
    // A class documents what its constructor takes.
    if (isIn || parent.type === 'class_definition' || !(isMember || isConstructor(parent, text))) return isIn;
  }
  return true;
}

function isConstructor(definition: Node, text: string): boolean {
  const name = definition.childForFieldName('name');
  return name !== null && text.slice(name.startIndex, name.endIndex) === '__init__';
}
