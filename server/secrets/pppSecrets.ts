/** Accounts of pppd in `chap-secrets` and `pap-secrets`, or in what writes them: `client server secret addresses`. */
import type { SecretRange } from './finding.ts';
import { lineUpTo } from './lines.ts';

const field = String.raw`(?:\\?"[^"\n\\]{1,60}\\?"|[^\s"'#\x60=;:(){}<>$\\]{1,60})`;
const secret = String.raw`(?:\\?"([^"\n\\$]{4,60})\\?"|([^\s"'#\x60=;(){}<>$\\/][^\s"'\x60\\]{3,59}))`;
const addresses = String.raw`(?:\*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}\S{0,20})`;
/** Below the file's own heading, the addresses may be omitted. */
const row = new RegExp(String.raw`^\s*${field}[ \t]+${field}[ \t]+${secret}(?:[ \t]+\S{1,40}){0,4}[ \t]*$`);
/** Elsewhere, any server or any address shows that the words are an account. */
const sure = new RegExp(
  String.raw`(?:^|[\s"'\x60])${field}[ \t]+(?:\*[ \t]+${secret}(?![^\s"'\\])|${field}[ \t]+${secret}[ \t]+${addresses}(?![\w.]))`,
);
const most = { rows: 20, line: 200 } as const;

/** Whether the file's own heading continues behind its first word. */
export function pppHeading(text: string, at: number): SecretRange | null {
  const heading = /^client[ \t]+server[ \t]+secret\b/.exec(text.slice(at, at + 60));
  return heading === null ? null : rowsBelow(text, at, row);
}

/** Behind the name of the file, or on its line. */
export function pppFile(text: string, at: number): SecretRange | null {
  const line = `${lineUpTo(text, at, most.line)}${lineFrom(text, at)}`;
  const match = sure.exec(line);
  if (match === null) return rowsBelow(text, at, sure);
  const start = at - lineUpTo(text, at, most.line).length + match.index;
  return { start, end: start + match[0].length, rule: 'login' };
}

function rowsBelow(text: string, at: number, shape: RegExp): SecretRange | null {
  let start = -1;
  let last = -1;
  let end = at + lineFrom(text, at).length;
  // A longer line is none of these files.
  for (let i = 0; i < most.rows && text[end] === '\n'; i++) {
    const from = end + 1;
    const line = lineFrom(text, from);
    end = from + line.length;
    const match = shape.exec(line);
    if (match !== null) {
      if (start === -1) start = from + match.index;
      last = end;
    } else if (!/^\s*(?:#|$)/.test(line)) break;
  }
  return start === -1 ? null : { start, end: last, rule: 'login' };
}

/** The rest of a line, at most so much of it. */
function lineFrom(text: string, at: number): string {
  return text.slice(at, at + most.line).split('\n', 1)[0] as string;
}
