/**
 * A declaration got another name: its uses in the block below it get it too. That takes no model, and is there at once. Only where nothing
 * speaks against it; everywhere else the model is asked.
 */
import { changeBetween, type LineChange, type LineSpan } from '../edits/change.ts';
import { repeatLastChange } from '../edits/repeatLastChange.ts';
import { REGION } from '../edits/situation.ts';
import { isBlank, isName, replacements, tokensOf } from '../edits/tokens.ts';

/** A block of more is looked through no further. */
const LONGEST_BLOCK = 400;
const LONGEST_LINE = 500;
const DECLARES = /^(const|let|var|val|def|function|fn|func|fun|class|interface|struct|enum|trait|type|for|mut)$/;
/** What has its parameters in brackets. */
const SIGNATURE =
  /\b(?:def|function|fn|func|fun|constructor)\b|=>|^\s*(?:[\w$<>[\],.?&*]+\s+)*[\w$]+\s*\(.*\)[^;]*\{\s*$/;
const STATEMENT = /^\s*(?:\}\s*)?(?:if|else|while|switch|catch|return|match|with|elif|when|unless|throw|await|do)\b/;

/** Of the nearest uses, those within one region; null for none. `last`: the newest change of the file, which led to `lines`. */
export function renamedUses(lines: readonly string[], last: LineChange): LineChange | null {
  const name = renamedDeclaration(last);
  if (name === null) return null;
  const block = blockBelow(lines, last);
  for (let line = block.from; line < block.to; line++) {
    const here = repeatLastChange(lines, { from: line, to: line + 1 }, last);
    if (here === null) continue;
    const region = { from: line, to: Math.min(block.to, line + REGION.above + REGION.below + 1) };
    const rewritten = repeatLastChange(lines, region, last);
    return rewritten === null
      ? null
      : changeBetween(last.path, region.from, lines.slice(region.from, region.to), rewritten);
  }
  return null;
}

/** The old name, where nothing but one name in a declaration is what changed. */
function renamedDeclaration({ before, after }: LineChange): string | null {
  if (before.length !== 1 || after.length !== 1) return null;
  const [was, now] = [before[0]!, after[0]!];
  if (was.length > LONGEST_LINE || now.length > LONGEST_LINE) return null;
  const [old, fresh] = [tokensOf(was), tokensOf(now)];
  const found = replacements(old, fresh) ?? [];
  const [first] = found;
  if (found.length !== 1 || first === undefined) return null;
  const { from, to } = first.before;
  if (to - from !== 1 || first.after.to - first.after.from !== 1) return null;
  const name = old[from]!;
  if (!isName(name) || !isName(fresh[first.after.from]) || fresh.includes(name)) return null;
  const word = old.slice(0, from).findLast((token) => !isBlank(token));
  const next = old.slice(to).find((token) => !isBlank(token));
  if (word === undefined) return null;
  const isDeclared = DECLARES.test(word);
  const inBrackets = SIGNATURE.test(was) && !STATEMENT.test(was) && old.slice(0, from).includes('(');
  // In Go the type stands behind the name, and what stands behind anything else is a name too.
  const isParameter = /^\s*func\b/.test(was)
    ? /^[(,]$/.test(word)
    : !/^[.:>]$/.test(word) && /^[,):=?;]$/.test(next ?? '');
  return isDeclared || (inBrackets && isParameter) ? name : null;
}

/** The lines that the changed one begins a block of; behind a declaration that begins none, the rest of its own block. */
function blockBelow(lines: readonly string[], { line, after }: LineChange): LineSpan {
  const depth = indentOf(after[0]!);
  const from = line + after.length;
  let to = from;
  let least: number | null = null;
  for (let at = from; at < Math.min(lines.length, from + LONGEST_BLOCK); at++) {
    const text = lines[at]!;
    if (text.trim() === '') continue;
    const indent = indentOf(text);
    // The end of a signature over several lines.
    if (least === null && indent === depth && /^\s*[)\]}].*[{:]\s*$/.test(text)) continue;
    least ??=
      indent > depth || !/[{:]\s*$/.test(after[0]!) ? Math.min(indent, indent > depth ? depth + 1 : depth) : depth + 1;
    if (indent < least) break;
    to = at + 1;
  }
  return { from, to };
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)![0].length;
}
