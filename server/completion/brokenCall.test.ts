import { expect, it } from 'vitest';
import type { CompleteRequest, CompletionEngine, ModelInfo } from '../engine/types.ts';
import { completeAt } from './completeAt.ts';

/** A model that writes `text`, up to the first of the stops, and then ends. */
function writing(text: string) {
  const requests: CompleteRequest[] = [];
  const engine = {
    complete: async (request: CompleteRequest, signal?: AbortSignal, onText?: (text: string) => void) => {
      requests.push(request);
      const ends = request.stop.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
      const written = text.slice(0, Math.min(...ends, text.length));
      onText?.(written);
      const stopReason = signal?.aborted ? 'cancelled' : ends.length > 0 ? 'stop-text' : 'end-of-text';
      const counts = { prompt: 0, promptTokens: 9, evaluatedTokens: requests.length === 1 ? 9 : 0, generatedTokens: 4 };
      return {
        text: written,
        stopReason,
        logProbabilities: [-0.01],
        ends: [Buffer.byteLength(written)],
        ...counts,
        promptMs: 500,
        generateMs: 500,
        cpuMs: 0,
      };
    },
  } as unknown as CompletionEngine;
  const model = { contextLength: 1024, promptOrder: 'suffix-first', special: {} } as unknown as ModelInfo;
  return { requests, serving: { engine, model, adapter: null } };
}

/** The document after typing has brought a suggestion, and the requests that it took. */
async function shown(languageId: string, marked: string, text: string) {
  const { requests, serving } = writing(text);
  const [before = '', after = ''] = marked.split('║');
  const target = { text: before + after, offset: before.length, languageId, repoName: '', context: '' };
  const outcome = await completeAt(target, serving, { invoked: false, maxTokens: 96 });
  const result =
    outcome.kind === 'suggestion' ? `${before}⟦${outcome.text}⟧${after.slice(outcome.replaceAfter)}` : outcome.kind;
  return { result, requests };
}

it.each([
  [
    'python',
    '    engine = create(║)\n',
    '\n        url="sqlite://",\n        echo=True,\n    )\n    return engine\n',
    '    engine = create(⟦\n        url="sqlite://",\n        echo=True,\n    ⟧)\n',
  ],
  [
    'typescript',
    '  const all = [║];\n',
    "\n    'first value',\n    'second value',\n  ];\n  return all;\n",
    "  const all = [⟦\n    'first value',\n    'second value',\n  ⟧];\n",
  ],
  [
    'typescript',
    '  run(build(║));\n',
    "\n    'first value',\n    'second value',\n  ));\n  next();\n",
    "  run(build(⟦\n    'first value',\n    'second value',\n  ⟧));\n",
  ],
  [
    'go',
    '\tserver := New(║)\n',
    '\n\t\tWithAddress(address),\n\t\tWithTimeout(timeout),\n\t)\n\treturn server\n',
    '\tserver := New(⟦\n\t\tWithAddress(address),\n\t\tWithTimeout(timeout),\n\t⟧)\n',
  ],
  [
    'lua',
    '  start(║)\n',
    '\n    first_argument,\n    second_argument\n  )\n  next()\n',
    '  start(⟦\n    first_argument,\n    second_argument\n  ⟧)\n',
  ],
  [
    'python',
    'engine = create(║)\n',
    '\n    url="sqlite://",\n    echo=True,',
    'engine = create(⟦\n    url="sqlite://",\n    echo=True,\n⟧)\n',
  ],
  [
    'typescript',
    '  if (a) {║} else {\n    b();\n  }\n',
    '\n    c();\n  } else {\n    b();\n  }\n',
    '  if (a) {⟦\n    c();\n  ⟧} else {\n    b();\n  }\n',
  ],
  [
    'typescript',
    '  useEffect(() => {║}, [id]);\n',
    '\n    load(id);\n  }, [id, load]);\n\n  return b;\n',
    '  useEffect(() => {⟦\n    load(id);\n  ⟧}, [id]);\n',
  ],
  [
    'go',
    '\tif a {║} else {\n\t\tb()\n\t}\n',
    '\n\t\tif c {\n\t\t\td()\n\t\t}',
    '\tif a {⟦\n\t\tif c {\n\t\t\td()\n\t\t}\n\t⟧} else {\n\t\tb()\n\t}\n',
  ],
  [
    'python',
    'x = join(║) + "/"\n',
    '\n    "first value",\n    "second value",\n)\n',
    'x = join(⟦\n    "first value",\n    "second value",\n⟧) + "/"\n',
  ],
])('what the model breaks over lines is shown whole (%s): %j', async (languageId, marked, text, expected) => {
  const { result, requests } = await shown(languageId, marked, text);
  expect(result).toBe(expected);
  expect(requests).toHaveLength(2);
  expect(requests[1]).toMatchObject({ stop: [], deadlineMs: requests[0]!.deadlineMs! - 1000 });
});

it.each([
  ['in a line', 'python', 'engine = create(║)\n', 'url="sqlite://")\n', 'engine = create(⟦url="sqlite://"⟧)\n'],
  ['behind the bracket', 'typescript', 'if (a) {║} else {\n', ' b() ', 'if (a) {⟦ b() ⟧} else {\n'],
  ['nowhere', 'python', 'engine = create(║)\n', '', 'none'],
  ['behind the first argument', 'python', 'engine = create(url, ║)\n', '\n    echo=True,\n)\n', 'none'],
  ['in a comment', 'typescript', '// see create(║)\n', '\nconst engine = create();\n', 'none'],
  ['in a string', 'typescript', "log('create(║)')\n", "\n  it');\n", 'none'],
])('one that goes on %s is asked for once (%s): %j + %j', async (_, languageId, marked, text, expected) => {
  const { result, requests } = await shown(languageId, marked, text);
  expect(result).toBe(expected);
  expect(requests).toHaveLength(1);
});
