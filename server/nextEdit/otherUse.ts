/** Whether a name in a line may be something else than the variable of that name: only scopes would tell. */
import { isBlank, stringTokens, tokensOf } from '../edits/tokens.ts';

/** A private or instance member: `#name`, `@name`. After a dot it is told from a variable by that. */
const MARKS_MEMBER = /^[#@]$/;
/** Before a member's name at its declaration. */
const MODIFIER = /^(?:private|protected|public|readonly|static|override|declare|abstract|pub)$/;
const OPENS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

export function mayBeOther(line: string, name: string): boolean {
  if (!line.includes(name)) return false;
  const tokens = tokensOf(line);
  const inString = stringTokens(tokens);
  return tokens.some((token, at) => token === name && !inString[at] && isAmbiguous(tokens, at));
}

function isAmbiguous(tokens: readonly string[], at: number): boolean {
  const [last, lastButOne] = [tokens[at - 1] ?? '', tokens[at - 2] ?? ''];
  if (MARKS_MEMBER.test(last) || /^(?:::|->)$/.test(lastButOne + last)) return true;
  const before = tokens.slice(0, at).findLast((token) => !isBlank(token)) ?? '';
  const isFirst = before === '' || before === '{' || before === ',';
  const behind = tokens.slice(at + 1).filter((token) => !isBlank(token));
  // An optional member, or one that is set later: `name?: string`, `name!: string`.
  if (behind[1] === ':' && /^[?!]$/.test(behind[0]!)) behind.shift();
  const [next = '', afterNext = ''] = behind;
  // A key, a named argument, or the declaration of another variable.
  if (next === ':' && afterNext !== ':' && (isFirst || before === '(' || MODIFIER.test(before))) return true;
  if (next === '=' && afterNext !== '=' && enclosing(tokens, at) === '(' && /^[(,]$/.test(before)) return true;
  // A key and a variable at once, in a literal of one line or of several.
  const isItem = isFirst && (next === ',' || next === '}' || (next === '' && before !== ''));
  const around = enclosing(tokens, at);
  return isItem && (around === '{' || (around === '' && tokens.find((token) => !isBlank(token)) !== 'return'));
}

/** The bracket that is open there, as far as the line tells. */
function enclosing(tokens: readonly string[], at: number): string {
  const closed: string[] = [];
  for (let i = at - 1; i >= 0; i--) {
    const token = tokens[i]!;
    const opening = OPENS[token];
    if (opening !== undefined) closed.push(opening);
    else if (closed.at(-1) === token) closed.pop();
    else if (/^[([{]$/.test(token)) return token;
  }
  return '';
}
