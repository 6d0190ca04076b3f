import { parseJson } from '../common/parseJson.ts';

/** What an element of JSON is, in a text that may have comments; nothing in it fails, so that a long text takes no longer. */
const PIECES = /\/\/.*|\/\*[\s\S]*?(?:\*\/|$)|"([^"\\]*(?:\\[\s\S][^"\\]*)*)"?|\S/g;

const LISTS: ReadonlySet<string> = new Set(['disabled_globs', 'private_files']);

/** Zed's `"disabled_globs"` of edit predictions and `"private_files"`, as lines of {@link IgnoreRules}. Like Zed, forgives what is no JSON. */
export function disabledFor(settings: string): string {
  const globs: string[] = [];
  const last: string[] = [];
  let inList = false;
  for (const [piece, inner] of settings.matchAll(PIECES)) {
    if (piece.startsWith('//') || piece.startsWith('/*')) continue;
    const text = inner === undefined ? undefined : textOf(inner);
    if (inList && text !== undefined && !text.includes('\n')) globs.push(text.replace(/^[!#]/, '\\$&'));
    const isKey = last.at(-1) === ':' && LISTS.has(last.at(-2) ?? '');
    if (inner === undefined) inList = (inList && piece !== ']') || (piece === '[' && isKey);
    last.splice(0, last.length, ...last.slice(-1), text ?? piece);
  }
  return globs.join('\n');
}

function textOf(inner: string): string {
  const text = parseJson(`"${inner}"`);
  return typeof text === 'string' ? text : inner;
}
