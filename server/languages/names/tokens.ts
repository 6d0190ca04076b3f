/** A macro's arguments, which are no syntax but tokens: which words among them name members or arguments, by the signs around them. */
import type Parser from 'tree-sitter';

type Node = Parser.SyntaxNode;

/** After a dot or a path, before the value of a field, or before that of a named argument. */
export function isMemberInTokens(name: Node): boolean {
  const before = name.previousSibling?.type ?? '';
  if (before === '.' || before === '::') return true;
  if (!BEGINS.test(before)) return false;
  const behind = name.nextSibling?.type;
  // In braces it may be an assignment.
  return behind === ':' || (behind === '=' && opening(name) !== '{');
}

/** Of a module, a type or a macro. */
export function isPathInTokens(name: Node): boolean {
  return /^(?:::|!)$/.test(name.nextSibling?.type ?? '');
}

/** `x` in `Point { x, y }`: a field and its value in one word. */
export function isShorthandInTokens(name: Node, text: string): boolean {
  if (opening(name) !== '{' || !BEGINS.test(name.previousSibling?.type ?? '')) return false;
  if (!/^[,}]$/.test(name.nextSibling?.type ?? '')) return false;
  const of = name.parent?.previousSibling;
  return of?.type === 'identifier' && /^\p{Lu}/u.test(text.slice(of.startIndex, of.endIndex));
}

/** Whether the arguments give this name a value of its own: a format string among them means that one. */
export function givesArgument(tokens: Node, name: string, text: string): boolean {
  return tokens.children.some(
    (child) =>
      child.nextSibling?.type === '=' &&
      text.slice(child.startIndex, child.endIndex) === name &&
      isMemberInTokens(child),
  );
}

const BEGINS = /^[{(,]$/;

function opening(name: Node): string | undefined {
  return name.parent?.firstChild?.type;
}
