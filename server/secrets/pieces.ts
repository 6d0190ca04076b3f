/** Secrets split over lines: adjacent lines that hold only one more piece belong to the finding. */
import type { SecretRange } from './finding.ts';
import { readsLikeWords } from './letterPairs.ts';

/** Longest piece, and most lines of a key. */
const mostUnits = 200;
const mostLines = 80;

/** A quoted or bare run without blanks, with the bracket before and the operator after it in a list or a sum. */
const piece =
  /^\s*(?:[[({+.&|]\s?)?[bfruBFRU@$]{0,2}["'`]?([A-Za-z0-9+/=_\\!@#$%^&*.~-]{3,})["'`]?\s?[\])},;+.&|\\_<>]{0,3}\s?\\?$/;

export function withPieces(text: string, found: readonly SecretRange[]): SecretRange[] {
  const whole: SecretRange[] = [];
  let past = -1;
  for (const finding of found.toSorted((a, b) => a.start - b.start)) {
    whole.push(finding);
    if (finding.end <= past) continue;
    const lineStart = text.lastIndexOf('\n', finding.start - 1) + 1;
    const newLine = text.indexOf('\n', finding.end);
    const lineEnd = newLine === -1 ? text.length : newLine;
    past = lineEnd;
    // Only if the finding itself is split: alone on its line, or at its end.
    const own = text.slice(lineStart, lineEnd);
    if (lineEnd - lineStart > mostUnits) continue;
    if (!isPiece(own) && !/["'`]\s?[+.&|\\<>,_]{0,2}\s?\\?$/.test(own)) continue;
    const end = piecesAfter(text, lineEnd);
    const start = isPiece(own) ? piecesBefore(text, lineStart) : lineStart;
    if (end > lineEnd || start < lineStart) whole.push({ start, end, rule: finding.rule });
    past = Math.max(past, end);
  }
  return whole;
}

function isPiece(line: string): boolean {
  if (line.length > mostUnits) return false;
  const match = piece.exec(line);
  // A single word may be anything; one that mixes letters and digits, or is quoted, continues it.
  return (
    match !== null &&
    // Words as items of a list are no pieces.
    !(/[,|]\s?["'`]|["'`],$/.test(line.trim()) && readsLikeWords(match[1] as string)) &&
    /[0-9+/=_!@#$%^&*]|^[A-Za-z]{16,}$|["'`]/.test(line.trim()) &&
    !/^(?:return|break|else|end|fi|done|try|pass|continue|begin|\/\/);?$/.test(line.trim())
  );
}

function piecesAfter(text: string, from: number): number {
  let end = from;
  for (let i = 0; i < mostLines && end < text.length; i++) {
    const next = text.indexOf('\n', end + 1);
    const until = next === -1 ? text.length : next;
    if (!isPiece(text.slice(end + 1, Math.min(until, end + 2 + mostUnits)))) break;
    end = until;
  }
  return end;
}

function piecesBefore(text: string, from: number): number {
  let start = from;
  for (let i = 0; i < mostLines && start > 0; i++) {
    const before = text.lastIndexOf('\n', start - 2) + 1;
    if (!isPiece(text.slice(before, start - 1))) break;
    start = before;
  }
  return start;
}
