/** textDocument/inlineCompletion, and textDocument/completion for clients that do not know it. */
import {
  type CompletionItem,
  CompletionItemKind,
  type InlineCompletionItem,
  InsertTextMode,
  type Position,
  type Range,
  type SelectedCompletionInfo,
  type StringValue,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Offer } from '../completion/present.ts';
import type { ProviderRequest } from '../completion/provider.ts';
import { chanceOf } from '../completion/worth.ts';
import { ServerCommands } from '../protocol/index.ts';
import type { CompletionService } from './parts.ts';

export interface Asked {
  readonly uri: string;
  readonly position: Position;
  readonly invoked: boolean;
  /** The suggest widget's selection: the suggestion must continue from it. */
  readonly selected?: SelectedCompletionInfo | undefined;
}

interface Answer {
  /** When it was requested, on the clock of `performance.now()`. */
  readonly askedAtMs: number;
  readonly document: TextDocument;
  readonly request: ProviderRequest;
  readonly offers: readonly Offer[];
}

/** Nobody reads and accepts a suggestion faster than this. */
const LOOK_AHEAD_AFTER_MS = 150;

export class InlineCompletions {
  readonly #service: CompletionService;
  readonly #document: (uri: string) => TextDocument | undefined;
  readonly #snippetsReplace: () => boolean;
  #nextOffer = 1;
  #lookAhead: NodeJS.Timeout | undefined;

  /** `snippetsReplace`: whether the client replaces an item's range also when it inserts a snippet. */
  constructor(
    service: CompletionService,
    document: (uri: string) => TextDocument | undefined,
    snippetsReplace: () => boolean = () => true,
  ) {
    this.#service = service;
    this.#document = document;
    this.#snippetsReplace = snippetsReplace;
  }

  /** The client disconnects. */
  dispose(): void {
    clearTimeout(this.#lookAhead);
  }

  async inline(asked: Asked, signal: AbortSignal): Promise<InlineCompletionItem[]> {
    const answer = await this.#answer(asked, signal);
    if (answer === null) return [];
    const { document, request, offers } = answer;
    const { selected } = asked;
    const items = offers.map((offer) => {
      const id = String(this.#nextOffer++);
      const item =
        selected === undefined
          ? this.#item(document, request.offset, offer)
          : this.#item(document, document.offsetAt(selected.range.start), {
              ...offer,
              text: selected.text + offer.text,
              replaceAfter:
                document.offsetAt(selected.range.end) - document.offsetAt(selected.range.start) + offer.replaceAfter,
            });
      return {
        id,
        offer,
        item: { ...item, command: { title: '', command: ServerCommands.accepted, arguments: [id] } },
      };
    });
    const [first] = items;
    const alternatives = items.slice(1).map(({ offer }) => offer.text);
    if (first !== undefined) this.#offered(first.id, answer, first.offer, selected === undefined, alternatives);
    return items.map(({ item }) => item);
  }

  async list(asked: Asked, signal: AbortSignal): Promise<CompletionItem[]> {
    const answer = await this.#answer(asked, signal);
    const offer = answer?.offers[0];
    if (answer === null || offer === undefined) return [];
    const { document, request } = answer;
    const word = wordBefore(document, request.offset);
    this.#offered(String(this.#nextOffer++), answer, offer, true, [], word);
    return [listItem(document, request.offset, word, offer)];
  }

  #item(document: TextDocument, offset: number, insertion: Insertion): InlineCompletionItem {
    const asSnippet = insertion.caretBack > 0 && (insertion.replaceAfter === 0 || this.#snippetsReplace());
    return inlineItem(document, offset, insertion, asSnippet);
  }

  /** null when the document is not open, or has changed since the request. */
  async #answer({ uri, position, invoked, selected }: Asked, signal: AbortSignal): Promise<Answer | null> {
    const askedAtMs = performance.now();
    clearTimeout(this.#lookAhead);
    const document = this.#document(uri);
    if (document === undefined) return null;
    const { version, languageId } = document;
    const place = placeOf(document, position, selected);
    // Nothing can be inserted between the halves of a surrogate pair.
    if (/^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(place.text.slice(Math.max(0, place.offset - 1), place.offset + 1)))
      return null;
    const request = { uri, languageId, invoked, ...place };
    const offers = invoked
      ? await this.#service.provider.candidates(request, signal)
      : await this.#single(request, signal);
    // A reopened document restarts its version numbers.
    const isAsAsked = this.#document(uri) === document && document.version === version;
    return isAsAsked ? { askedAtMs, document, request, offers } : null;
  }

  async #single(request: ProviderRequest, signal: AbortSignal): Promise<Offer[]> {
    const outcome = await this.#service.provider.provide(request, signal);
    if (outcome.kind === 'none') this.#service.silent(request.uri, outcome.reason);
    return outcome.kind === 'suggestion' ? [outcome] : [];
  }

  #offered(
    id: string,
    { request, askedAtMs }: Answer,
    offer: Offer,
    inDocument: boolean,
    alternatives: readonly string[] = [],
    begun = '',
  ): void {
    const { uri, offset, invoked } = request;
    const { text, replaceAfter, caretBack, writer } = offer;
    const expectation = invoked ? null : { writer, chance: chanceOf(offer) };
    const latencyMs = performance.now() - askedAtMs;
    if (inDocument)
      this.#service.offered({
        id,
        uri,
        offset,
        text,
        alternatives,
        replaceAfter,
        begun,
        caretBack,
        latencyMs,
        expectation,
      });
    // The editor draws the suggestion first, and someone who keeps typing needs nothing ahead.
    this.#lookAhead = setTimeout(() => void this.#service.provider.lookAhead(request, offer), LOOK_AHEAD_AFTER_MS);
    this.#lookAhead.unref();
  }
}

/** The text and cursor to complete; a suggest-widget selection counts as already accepted. */
function placeOf(
  document: TextDocument,
  position: Position,
  selected: SelectedCompletionInfo | undefined,
): { text: string; offset: number } {
  const text = document.getText();
  if (selected === undefined) return { text, offset: document.offsetAt(position) };
  const [start, end] = [document.offsetAt(selected.range.start), document.offsetAt(selected.range.end)];
  return { text: text.slice(0, start) + selected.text + text.slice(end), offset: start + selected.text.length };
}

interface Insertion {
  readonly text: string;
  readonly replaceAfter: number;
  readonly caretBack: number;
}

function inlineItem(
  document: TextDocument,
  offset: number,
  insertion: Insertion,
  asSnippet: boolean,
): InlineCompletionItem {
  const { replaceAfter, caretBack } = insertion;
  // Editors put their own line breaks in; Neovim would keep the carriage returns.
  const text = insertion.text.replaceAll('\r\n', '\n');
  const range = rangeOf(document, offset, offset + replaceAfter);
  const insertText = asSnippet ? snippetOf(text, caretBack) : text;
  return { insertText, range, filterText: document.getText(range) + text };
}

/** Plain text would leave the cursor at its end. */
function snippetOf(text: string, caretBack: number): StringValue {
  const escaped = (part: string): string => part.replace(/[\\$}]/g, '\\$&');
  const at = text.length - caretBack;
  return { kind: 'snippet', value: `${escaped(text.slice(0, at))}$0${escaped(text.slice(at))}` };
}

/** For clients without inline completions: one item that sorts first in any client and survives word filters. */
function listItem(
  document: TextDocument,
  offset: number,
  word: string,
  { text, replaceAfter }: Pick<Insertion, 'text' | 'replaceAfter'>,
): CompletionItem {
  const whole = word + text;
  const [firstLine = '', ...more] = whole.trim().split('\n');
  return {
    label: more.length === 0 ? firstLine : `${firstLine.trimEnd()} …`,
    detail: 'Repotune',
    kind: CompletionItemKind.Text,
    preselect: true,
    sortText: '\u0000',
    filterText: whole,
    insertTextMode: InsertTextMode.asIs,
    documentation: whole,
    textEdit: { range: rangeOf(document, offset - word.length, offset + replaceAfter), newText: whole },
  };
}

function wordBefore(document: TextDocument, offset: number): string {
  const lineStart = document.offsetAt({ line: document.positionAt(offset).line, character: 0 });
  const linePrefix = document.getText(rangeOf(document, lineStart, offset));
  return /[\p{L}\p{M}\p{N}\p{Join_Control}_$]*$/u.exec(linePrefix)![0];
}

function rangeOf(document: TextDocument, from: number, to: number): Range {
  return { start: document.positionAt(from), end: document.positionAt(to) };
}
