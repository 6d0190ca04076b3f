/** Rewords an error of Node's `parseArgs`, without its advice about words that begin with a dash; no full stop. */
export function optionSentence({ message }: Error): string {
  const [, unknown] = /^Unknown option '([^']+)'/.exec(message) ?? [];
  if (unknown !== undefined) return `there is no option ${unknown}`;
  const [, valued] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument (?:missing|is ambiguous)/.exec(message) ?? [];
  if (valued !== undefined) return `${valued} takes a value`;
  const [, flag] = /^Option '(?:-\w, )?(--[\w-]+)' does not take an argument/.exec(message) ?? [];
  return flag === undefined ? message : `${flag} takes no value`;
}
