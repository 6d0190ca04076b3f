/** Random editing of several documents over the LSP, with every answer checked against the text of its request. */
import type { InlineCompletionItem, Position } from 'vscode-languageserver-protocol';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TestClient } from '../../server/lsp/testing.ts';
import { randomOf } from '../typist.ts';

export interface SoakResult {
  readonly requests: number;
  readonly offered: number;
  /** How many of these arrived while their text was still current, and were checked. */
  readonly compared: number;
  /** Requests that were never answered. */
  readonly leakedRequests: number;
  /** Items that could not be inserted at their range, or were for a different text than the client's. */
  readonly wrongPositionEdits: number;
}

export interface SoakDocument {
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
}

const SNIPPETS = [
  '(',
  ')',
  '{',
  '}',
  '\n',
  '\r\n',
  '\t',
  '  ',
  'x',
  'const a = ',
  'return ',
  '🙂',
  'é',
  '"',
  "'",
  '// ',
  'if (',
  '日本',
  '.',
  ', ',
] as const;
/** Long enough for even a queued request to have ended. */
const LONGEST_ANSWER_MS = 60_000;

export async function soak(
  client: TestClient,
  documents: readonly SoakDocument[],
  forMs: number,
  seed: number,
): Promise<SoakResult> {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  for (const { uri, languageId, text } of documents) await client.open(uri, languageId, text);
  let [requests, offered, compared, wrongPositionEdits] = [0, 0, 0, 0];
  const waiting = new Set<Promise<void>>();
  const endMs = performance.now() + forMs;

  const ask = (uri: string, offset: number): void => {
    const abort = new AbortController();
    const asked = client.document(uri);
    const { version } = asked;
    const position = asked.positionAt(offset);
    requests++;
    const answer = client
      .inline(uri, offset, { invoked: random() < 0.1, signal: abort.signal })
      .then((items) => {
        for (const item of items) {
          offered++;
          // The server may answer just as the client types on: an editor drops such answers, so this is not an error. A document that was
          // closed in the meantime stays as it was.
          if (asked.version !== version || item.range === undefined) continue;
          compared++;
          if (isWrong(item, asked, position)) wrongPositionEdits++;
        }
      })
      .catch((error: { code?: number }) => {
        // We cancelled it; anything else goes to the caller.
        if (error.code !== -32800 && error.code !== -32802) throw error;
      })
      .finally(() => waiting.delete(answer));
    waiting.add(answer);
    if (random() < 0.3) setTimeout(() => abort.abort(), 200 * random());
  };

  while (performance.now() < endMs) {
    const { uri, text } = pick(documents);
    const now = client.document(uri).getText();
    let offset = wholeCharacter(now, Math.floor(random() * (now.length + 1)));
    // A few keys at one place, as people type, then somewhere else.
    for (let keys = 1 + Math.floor(8 * random()); keys > 0 && performance.now() < endMs; keys--) {
      const current = client.document(uri).getText();
      const roll = random();
      if (roll < 0.15 && offset > 0) {
        const start = wholeCharacter(current, offset - 1, -1);
        await client.edit(uri, start, offset - start, '');
        offset = start;
      } else if (roll < 0.18 || current.length > 3 * text.length + 2000) {
        await client.edit(uri, 0, current.length, text);
        offset = 0;
      } else {
        const typed = pick(SNIPPETS);
        await client.edit(uri, offset, 0, typed);
        offset += typed.length;
      }
      ask(uri, offset);
      await new Promise((resolve) => setTimeout(resolve, 10 + 120 * random() ** 2));
    }
    if (random() < 0.02) {
      const document = client.document(uri);
      await client.close(uri);
      await client.open(uri, document.languageId, document.getText());
    }
  }
  await Promise.race([Promise.all(waiting), new Promise((resolve) => setTimeout(resolve, LONGEST_ANSWER_MS).unref())]);
  return { requests, offered, compared, leakedRequests: waiting.size, wrongPositionEdits };
}

/** Whether an item cannot be inserted at the position in the document that it was asked for. */
export function isWrong(
  { range, insertText }: InlineCompletionItem,
  document: TextDocument,
  position: Position,
): boolean {
  if (range === undefined) return true;
  const offset = document.offsetAt(position);
  const isOnLine = range.start.line === position.line && range.end.line === position.line;
  const isAround = document.offsetAt(range.start) === offset && document.offsetAt(range.end) >= offset;
  // A text that leaves the cursor before its end comes as a snippet.
  const text = typeof insertText === 'string' ? insertText : insertText.value;
  return !isOnLine || !isAround || !text.isWellFormed();
}

/** `offset`, or the next position (by `step`) that does not split a surrogate pair. */
function wholeCharacter(text: string, offset: number, step = 1): number {
  const unit = text.charCodeAt(offset);
  const before = text.charCodeAt(offset - 1);
  const splits = unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
  const inBreak = text[offset] === '\n' && text[offset - 1] === '\r';
  return splits || inBreak ? offset + step : offset;
}
