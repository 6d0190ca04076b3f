import { expect, test, vi } from 'vitest';
import type { TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Offer } from '../completion/present.ts';
import { Recorder } from '../completion/statistics/recorder.ts';
import type { DayCounts } from '../protocol/statistics.ts';
import { InlineCompletions } from './inlineCompletion.ts';
import type { CompletionService } from './parts.ts';

const uri = 'file:///a.ts';

function offerOf(over: Partial<Offer>): Offer {
  return {
    kind: 'suggestion',
    text: '',
    replaceAfter: 0,
    caretBack: 0,
    writer: 'base',
    confidence: -0.1,
    shape: 'line',
    usage: { shortened: false, promptTokens: 1, evaluatedTokens: 1, generatedTokens: 1, ms: 1 },
    ...over,
  };
}

function serviceWith(provide: () => Promise<Offer>, lookAhead = () => Promise.resolve()): CompletionService {
  const provider = { provide, lookAhead };
  return { provider, offered: () => {}, silent: () => {} } as unknown as CompletionService;
}

async function answered(text: string, over: Partial<Offer>, selectedText?: string): Promise<unknown> {
  const document = TextDocument.create(uri, 'typescript', 1, text.replace('║', ''));
  const position = document.positionAt(text.indexOf('║'));
  const completions = new InlineCompletions(
    serviceWith(async () => offerOf(over)),
    () => document,
  );
  const start = { line: position.line, character: 0 };
  const selected = selectedText === undefined ? undefined : { range: { start, end: position }, text: selectedText };
  const [item] = await completions.inline({ uri, position, invoked: false, selected }, new AbortController().signal);
  return item?.insertText;
}

test('a suggestion with snippet syntax is inserted as plain text', async () => {
  expect(await answered('f(║)', { text: '${a}' })).toBe('${a}');
});

test('a suggestion of several lines in a document with CRLF brings no carriage returns of its own', async () => {
  expect(await answered('f()\r\n║', { text: 'a\r\nb' })).toBe('a\nb');
});

test('a client that expands snippets without replacing gets plain text where something is replaced', async () => {
  const document = TextDocument.create(uri, 'typescript', 1, "it('a')");
  const offer = offerOf({ text: "b', () => {}", replaceAfter: 1, caretBack: 1 });
  const insertTexts = [true, false].map(async (replaces) => {
    const completions = new InlineCompletions(
      serviceWith(async () => offer),
      () => document,
      () => replaces,
    );
    const asked = { uri, position: { line: 0, character: 5 }, invoked: false };
    return (await completions.inline(asked, new AbortController().signal))[0]?.insertText;
  });
  expect(await Promise.all(insertTexts)).toEqual([{ kind: 'snippet', value: "b', () => {$0\\}" }, "b', () => {}"]);
});

test('the edit of a completion item, which writes its word again, counts as an acceptance', async () => {
  const document = TextDocument.create(uri, 'typescript', 1, 'x = va');
  const added: Partial<DayCounts>[] = [];
  const recorder = new Recorder({
    isOn: () => true,
    nowMs: () => 0,
    add: (counts) => added.push(counts),
    came: () => {},
    documentText: () => '',
    armOf: () => null,
    observe: () => {},
    versionOf: () => null,
    used: () => {},
    stands: () => {},
    later: () => () => {},
  });
  const service = serviceWith(async () => offerOf({ text: 'lue(1)' }));
  const completions = new InlineCompletions(
    { ...service, offered: (offer) => recorder.offered(offer) },
    () => document,
  );
  const asked = { uri, position: { line: 0, character: 6 }, invoked: false };
  const [item] = await completions.list(asked, new AbortController().signal);
  const { range, newText } = item!.textEdit as TextEdit;
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  recorder.edited(uri, { offset: start, length: end - start, text: newText });
  expect(added).toContainEqual(expect.objectContaining({ accepted: 1 }));
});

test.each([
  ['a document that stays open gets an answer', true, 1],
  ['a document that was closed and reopened at the same version meanwhile gets none', false, 0],
])('%s', async (_, isSame, items) => {
  let document = TextDocument.create(uri, 'typescript', 1, 'f()');
  const provide = async (): Promise<Offer> => {
    if (!isSame) document = TextDocument.create(uri, 'typescript', 1, 'other()');
    return offerOf({ text: 'a' });
  };
  const completions = new InlineCompletions(serviceWith(provide), () => document);
  const asked = { uri, position: { line: 0, character: 2 }, invoked: false };
  expect(await completions.inline(asked, new AbortController().signal)).toHaveLength(items);
  expect(await completions.list(asked, new AbortController().signal)).toHaveLength(items);
});

test.each([
  ['places the cursor before the end', 'f(║)', '() => {}', 1, '() => {$0\\}'],
  ['escapes snippet syntax in the text', 'f(║)', '`\\${a}$1`, {}', 1, '`\\\\\\${a\\}\\$1`, {$0\\}'],
])('a suggestion with a moved cursor becomes a snippet that %s', async (_, text, offered, caretBack, value) => {
  expect(await answered(text, { text: offered, caretBack })).toEqual({ kind: 'snippet', value });
});

test.each(['va', 're\u0301', 'मू', 'می\u200c'])(
  'the completion item replaces the whole word before the cursor: %s',
  async (word) => {
    const document = TextDocument.create(uri, 'typescript', 1, `x = ${word}`);
    const completions = new InlineCompletions(
      serviceWith(async () => offerOf({ text: 'rest' })),
      () => document,
    );
    const position = { line: 0, character: 4 + word.length };
    const [item] = await completions.list({ uri, position, invoked: false }, new AbortController().signal);
    const range = { start: { line: 0, character: 4 }, end: position };
    expect(item?.textEdit).toEqual({ range, newText: `${word}rest` });
  },
);

test.each([
  ['runs once for two requests in a row', false, 1],
  ['does not run once the completions are disposed', true, 0],
])('looking ahead after a suggestion %s', async (_, leaves, times) => {
  vi.useFakeTimers();
  try {
    const document = TextDocument.create(uri, 'typescript', 1, 'x = ');
    const lookAhead = vi.fn(async () => {});
    const completions = new InlineCompletions(
      serviceWith(async () => offerOf({ text: 'a' }), lookAhead),
      () => document,
    );
    const asked = { uri, position: { line: 0, character: 4 }, invoked: false };
    for (let i = 0; i < 2; i++) await completions.inline(asked, new AbortController().signal);
    if (leaves) completions.dispose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(lookAhead).toHaveBeenCalledTimes(times);
  } finally {
    vi.useRealTimers();
  }
});

test('a suggestion starts with the rest of the item selected in the suggest widget', async () => {
  expect(await answered('fo║)', { text: '() => {}', caretBack: 1 }, 'foo(')).toEqual({
    kind: 'snippet',
    value: 'foo(() => {$0\\}',
  });
});
