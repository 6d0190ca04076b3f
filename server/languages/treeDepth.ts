import type Parser from 'tree-sitter';

/**
 * Deeper, nothing is examined: for each node around a name the parser walks down from the root again. In 60 kB of one chain of calls, that
 * kept the server from everything else for 23 s.
 */
const MOST_LEVELS = 300;

/** Whether the innermost node at an offset lies too deep to ask for the nodes around it. */
export function isDeepAt(root: Parser.SyntaxNode, offset: number): boolean {
  const cursor = root.walk();
  // The index of the child, whatever its type says.
  const goDown = (): unknown => cursor.gotoFirstChildForIndex(offset);
  let levels = 0;
  while (goDown() !== null && levels <= MOST_LEVELS) levels++;
  return levels > MOST_LEVELS;
}
