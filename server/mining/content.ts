import { unifyBreaks } from '../common/lineBreaks.ts';
import { isGenerated } from './generated.ts';
import { isNotForTraining } from './notForTraining.ts';

/** In practice, larger files are data or generated, and could fill whole prompts on their own. */
export const maxFileBytes = 512 * 1024;

export type Decoded =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'left-out'; readonly reason: string };

/**
 * Bytes to text as an editor shows it: without byte order mark, '\r\n' as '\n'. A '\r' that is left is a line break of its own, also beside a
 * '\n'.
 */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
    return { kind: 'left-out', reason: 'UTF-16' };
  }
  if (bytes.subarray(0, 8192).includes(0)) return { kind: 'left-out', reason: 'binary' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { kind: 'left-out', reason: 'not UTF-8' };
  }
  if (text.startsWith('version https://git-lfs.github.com/spec/'))
    return { kind: 'left-out', reason: 'git LFS pointer' };
  // The decoder has taken the byte order mark off.
  return { kind: 'text', text: unifyBreaks(text) };
}

/** The text of an open document as {@link decode} gives that of its file. */
export function asMined(text: string): string {
  return unifyBreaks(text.startsWith('\uFEFF') ? text.slice(1) : text);
}

/** Why a file is left out for its content; null if it is not. */
export function reasonFromFile(bytes: Uint8Array): string | null {
  if (bytes.length > maxFileBytes) return 'too large';
  const decoded = decode(bytes);
  return decoded.kind === 'left-out' ? decoded.reason : reasonFromText(decoded.text);
}

/** Why a source file's text is unsuitable for training; null if it is suitable. */
export function reasonFromText(text: string): string | null {
  if (text.trim() === '') return 'empty';
  if (isGenerated(text)) return 'generated';
  if (isNotForTraining(text)) return 'not for training, as its head says';
  if (hasConflict(text)) return 'merge conflict';
  const lines = text.split('\n');
  const longest = lines.reduce((longest, line) => Math.max(longest, line.length), 0);
  if (longest > 5000 || text.length / lines.length > 200) return 'minified';
  const { letters, digits } = count(text);
  if (digits > 0.3 * text.length) return 'data';
  if (letters + digits < 0.25 * text.length) return 'data';
  return null;
}

/** Whether a text has merge conflict markers: lines that begin one side or end the other, which no language uses. */
export function hasConflict(text: string): boolean {
  return hasMark(text, '<<<<<<<') || hasMark(text, '>>>>>>>');
}

function hasMark(text: string, mark: string): boolean {
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
    if (at > 0 && text[at - 1] !== '\n') continue;
    // Seven characters are usual; `conflict-marker-size` of gitattributes(5) asks for more.
    let end = at + mark.length;
    while (text[end] === mark[0]) end++;
    if (text[end] === ' ' || text[end] === '\n' || end === text.length) return true;
  }
  return false;
}

/** White space counts on both sides: indentation is part of code. */
function count(text: string): { letters: number; digits: number } {
  let letters = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) digits++;
    else if ((code | 32) >= 97 && (code | 32) <= 122) letters++;
    else if (code > 127) letters++;
    else if (code === 32 || code === 10 || code === 9) letters += 0.5;
  }
  return { letters, digits };
}
