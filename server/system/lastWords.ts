/** Longer lines are code that Node quotes above an error, which in a bundle is a whole file. */
const LONGEST_LINE = 400;

/** The last output of a process that died, as one line for the user; undefined if there is nothing useful. */
export function lastWords(stderr: readonly string[]): string | undefined {
  const lines = stderr.map((line) => line.trim()).filter((line) => line !== '' && line.length <= LONGEST_LINE);
  const thrown = lines.find((line) => /^(?:\w*Error|Uncaught|FATAL ERROR)\b.*: /.test(line));
  return thrown ?? lines.find((line) => /GGML_ASSERT|error|fail|abort/i.test(line)) ?? lines.at(-1);
}
