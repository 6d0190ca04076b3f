/** Longer lines are code that Node quotes above an error, which in a bundle is a whole file. */
const LONGEST_LINE = 400;
/** An error's message may name several paths. */
const LONGEST_MESSAGE = 1500;

/** The last output of a process that died, as one line for the user; undefined if there is nothing useful. */
export function lastWords(stderr: readonly string[]): string | undefined {
  const all = stderr.map((line) => line.trim()).filter((line) => line !== '' && line.length <= LONGEST_MESSAGE);
  const thrown = all.find((line) => /^(?:\w*Error|Uncaught|FATAL ERROR)\b.*: /.test(line));
  const lines = all.filter(({ length }) => length <= LONGEST_LINE);
  return thrown ?? lines.find((line) => /GGML_ASSERT|error|fail|abort/i.test(line)) ?? lines.at(-1);
}
