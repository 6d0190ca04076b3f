/** For tests: an editor window whose next edits use a scripted engine. */
import { once } from 'node:events';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { messageOf } from '../common/messageOf.ts';
import { readSettings } from '../common/settings.ts';
import { Debounce } from '../completion/debounce.ts';
import { isExcluded } from '../completion/enabled.ts';
import { EngineHost } from '../completion/host.ts';
import type { Paces } from '../completion/pace.ts';
import { lineEditOf } from '../edits/lineEdit.ts';
import { ScriptedEngine } from '../engine/testingScripted.ts';
import { Turns } from '../engine/turns.ts';
import type { AdapterRef, ModelInfo } from '../engine/types.ts';
import type { NextEditDiagnostic } from '../protocol/index.ts';
import type { NextEditOffer } from './question.ts';
import { NextEdits } from './service.ts';
import { appliedTo } from './textEdit.ts';

export const fileModel: ModelInfo = {
  path: 'm.gguf',
  architecture: 'qwen2',
  name: 'm',
  sizeBytes: 1,
  parameters: 500e6,
  contextLength: 2048,
  vocabularySize: 10,
  weightType: 'F16',
  special: { fileSep: 1, eot: 0 },
  promptOrder: null,
};

/** The document open in every window; `openText`: its first text. */
export const openUri = 'file:///w/a.ts';
export const openText = `import { fetchAll } from './fetch';

export function load(kind: string, most: number) {
  return fetchAll(kind, most);
}

export function first(kind: string) {
  return load(kind, 1)[0];
}

export function last(kind: string) {
  return load(kind, 99).at(-1);
}
`;

/** Range of every use found in files that are not open. */
const found = { start: { line: 1, character: 0 }, end: { line: 1, character: 4 } };

/** Starts with one open document; tests open and change more, ask, and see the engine's requests and the log. */
export class EditorWindow {
  readonly engine = new ScriptedEngine(fileModel);
  readonly documents = new Map<string, TextDocument>();
  readonly log: string[] = [];
  /** Requested waits in ms: they end at once, but those of seconds never do. */
  readonly waits: number[] = [];
  adapter: AdapterRef | null = null;
  learnedEdits = true;
  settings = readSettings({}).settings;
  movedAtMs = Number.NEGATIVE_INFINITY;
  /** Whether documents are closed without being saved. */
  throwsAway = false;
  /** Paths of files that are not open and use the changed name. */
  closed: readonly string[] = [];
  /** Collects errors where a test expects them. */
  failures: string[] | null = null;
  readonly #debounce = new Debounce({ mostMs: 400 });
  readonly edits = new NextEdits({
    host: new EngineHost({
      createEngine: () => this.engine,
      contextTokens: async () => 2048,
      onStatus: () => {},
      nowMs: () => 0,
    }),
    debounce: this.#debounce,
    turns: new Turns(),
    paces: { of: async () => ({ startMs: 0, readMs: 0.1, writeMs: 1 }), learn: async () => {} } as unknown as Paces,
    settings: () => this.settings,
    modelPath: () => this.engine.model.path,
    place: (of) => ({ folder: '/w', path: of.replace('file:///w/', '') }),
    served: async () => ({ adapter: this.adapter, learnedEdits: this.learnedEdits }),
    disabled: () => (this.settings.completions.enabled ? null : 'completions are off'),
    keptOut: async (_, paths) => new Set(paths.filter((path) => path.startsWith('kept-out/'))),
    isExcluded: (_, path) => isExcluded(this.settings.completions, [path]),
    documentText: (of) => this.documents.get(of)?.getText(),
    wait: async (ms, signal) => {
      this.waits.push(ms);
      if (ms >= 3000) await once(signal, 'abort');
    },
    nowMs: () => 0,
    movedAtMs: async () => this.movedAtMs,
    isThrownAway: async () => this.throwsAway,
    isOpened: () => true,
    usesOnDisk: async () => this.closed.map((path) => ({ path, range: found })),
    uriOf: (folder, path) => `file://${folder}/${path}`,
    onBattery: () => false,
    onCpuTime: () => {},
    log: (line) => this.log.push(line),
    onError: (error) => {
      if (this.failures === null) throw error;
      this.failures.push(messageOf(error));
    },
  });

  constructor() {
    this.open(openUri, openText);
  }

  open(uri: string, text: string): void {
    this.documents.set(uri, TextDocument.create(uri, 'typescript', 1, text));
    this.edits.opened(uri, text);
  }

  close(uri = openUri): void {
    const text = this.documents.get(uri)?.getText() ?? '';
    this.documents.delete(uri);
    this.edits.closed(uri, text);
  }

  /** Replaces the first `what` in the document by `by`, as a client reports it. */
  replace(what: string, by: string, uri = openUri): void {
    const at = this.documents.get(uri)!.getText().indexOf(what);
    this.edit(at, at + what.length, by, uri);
  }

  edit(start: number, end: number, text: string, uri = openUri, together = false): void {
    const document = this.documents.get(uri)!;
    const change = { range: { start: document.positionAt(start), end: document.positionAt(end) }, text };
    this.#debounce.key(0);
    this.edits.changing(uri, () => lineEditOf(document, change), together);
    TextDocument.update(document, [change], document.version + 1);
  }

  /** Asks with the cursor in the line of the first `at`. */
  ask(
    at: string,
    {
      invoked = false,
      signal = new AbortController().signal,
      of: uri = openUri,
      diagnostics = [] as readonly NextEditDiagnostic[],
      languageId = 'typescript',
    } = {},
  ): Promise<NextEditOffer> {
    const document = this.documents.get(uri)!;
    const text = document.getText();
    const { line } = document.positionAt(text.indexOf(at));
    return this.edits.ask({ uri, languageId, text, line, invoked, diagnostics }, signal);
  }

  /** The document with the edit applied. */
  withEdit({ edit }: NextEditOffer): string | null {
    return edit === null ? null : appliedTo(this.documents.get(openUri)!.getText(), edit);
  }

  accept({ edit }: NextEditOffer): void {
    this.edit(edit!.start, edit!.end, edit!.text);
    this.edits.accepted(edit!.id);
  }

  /** Makes the model write the region with all of these replaced. */
  script(...pairs: readonly (readonly [string, string])[]): void {
    this.engine.script = (call) => {
      const region = /.*original:\n([\s\S]*?)updated:\n$/s.exec(call.prompt)![1]!;
      call.finish(pairs.reduce((text, [from, to]) => text.replaceAll(from, to), region));
    };
  }
}
