/** With the breaks that models know, and our files. */
export function unifyBreaks(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}
