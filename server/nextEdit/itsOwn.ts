/** Whether a file declares a name itself, for unknown languages. */
import { DECLARES, isBlank, tokensOf } from '../edits/tokens.ts';

const HAS_PARAMETERS = /^(def|function|fn|func|fun|constructor)$/;
const LONGEST_LINE = 500;

/** Whether the file declares the name itself, e.g. as a parameter: then its uses do not refer to the other file. */
export function hasItsOwn(lines: readonly string[], name: string): boolean {
  return lines.some((line) => line.length <= LONGEST_LINE && line.includes(name) && declares(line, name));
}

function declares(line: string, name: string): boolean {
  const tokens = tokensOf(line).filter((token) => !isBlank(token));
  const takes = tokens.findIndex((token) => HAS_PARAMETERS.test(token));
  return tokens.some((token, at) => {
    if (token !== name) return false;
    const before = tokens[at - 1] ?? '';
    const isAssigned = at === 0 && tokens[1] === '=' && tokens[2] !== '=';
    return DECLARES.test(before) || isAssigned || (takes !== -1 && takes < at && /^[(,]$/.test(before));
  });
}
