const COMMENT = /^\s*(?:\/\/|\/\*|\*|#(?!\[)|--)/;

/** Whether a line begins as a comment does in one of the languages, without a grammar. */
export function isCommentLine(line: string): boolean {
  return COMMENT.test(line);
}
