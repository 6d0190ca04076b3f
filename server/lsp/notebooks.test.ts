import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { TextDocuments } from 'vscode-languageserver';
import { createConnection } from 'vscode-languageserver/node';
import {
  createProtocolConnection,
  DidChangeNotebookDocumentNotification,
  DidCloseNotebookDocumentNotification,
  DidOpenNotebookDocumentNotification,
  type NotebookCell,
  NotebookCellKind,
  type NotebookDocumentChangeEvent,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Notebooks } from './notebooks.ts';
import { TestClient, until, uriOf } from './testing.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const cellOf = (path: string, name: string): string => `vscode-notebook-cell:${path}#${name}`;

/** A notebook in an editor that synchronizes it. */
class EditedNotebook {
  readonly #path: string;
  readonly #connection: ProtocolConnection;
  #version = 1;

  constructor(connection: ProtocolConnection, path: string) {
    this.#connection = connection;
    this.#path = path;
  }

  uri(name: string): string {
    return cellOf(this.#path, name);
  }

  async open(cells: readonly Cell[]): Promise<void> {
    await this.#connection.sendNotification(DidOpenNotebookDocumentNotification.type, {
      notebookDocument: {
        uri: uriOf(this.#path),
        notebookType: 'jupyter-notebook',
        version: 1,
        cells: cells.map(({ name }) => this.#cell(name)),
      },
      cellTextDocuments: cells.map((cell) => this.#text(cell)),
    });
  }

  async insert(at: number, cell: Cell): Promise<void> {
    const array = { start: at, deleteCount: 0, cells: [this.#cell(cell.name)] };
    await this.#change({ cells: { structure: { array, didOpen: [this.#text(cell)], didClose: [] } } });
  }

  async remove(at: number, name: string): Promise<void> {
    const array = { start: at, deleteCount: 1 };
    await this.#change({ cells: { structure: { array, didOpen: [], didClose: [{ uri: this.uri(name) }] } } });
  }

  async swap(at: number, [first, second]: readonly [string, string]): Promise<void> {
    const cells = [second, first].map((name) => this.#cell(name));
    await this.#change({ cells: { structure: { array: { start: at, deleteCount: 2, cells } } } });
  }

  async replace(name: string, text: string): Promise<void> {
    const document = { uri: this.uri(name), version: 2 };
    await this.#change({ cells: { textContent: [{ document, changes: [{ text }] }] } });
  }

  async close(names: readonly string[]): Promise<void> {
    await this.#connection.sendNotification(DidCloseNotebookDocumentNotification.type, {
      notebookDocument: { uri: uriOf(this.#path) },
      cellTextDocuments: names.map((name) => ({ uri: this.uri(name) })),
    });
  }

  async #change(change: NotebookDocumentChangeEvent): Promise<void> {
    const notebookDocument = { uri: uriOf(this.#path), version: ++this.#version };
    await this.#connection.sendNotification(DidChangeNotebookDocumentNotification.type, { notebookDocument, change });
  }

  #cell(name: string): NotebookCell {
    return { kind: NotebookCellKind.Code, document: this.uri(name) };
  }

  #text({ name, languageId = 'python', text }: Cell) {
    return { uri: this.uri(name), languageId, version: 1, text };
  }
}

interface Cell {
  readonly name: string;
  readonly languageId?: string;
  readonly text: string;
}

describe('the text above a cell', () => {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const documents = new TextDocuments(TextDocument);
  const notebooks = new Notebooks(documents);
  const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  documents.listen(server);
  notebooks.listen(server);
  server.listen();
  const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  client.listen();
  const known = (uri: string, text: string): Promise<void> =>
    until(() => documents.get(uri)?.getText() === text, 'the cell');

  test('is that of the cells above it in its language, through insertions, moves, edits and removals', async () => {
    const book = new EditedNotebook(client, '/w/book.ipynb');
    const title = { name: 'title', languageId: 'markdown', text: '# Title' };
    await book.open([
      { name: 'imports', text: 'import math\n' },
      title,
      { name: 'use', text: 'math.' },
      { name: 'last', text: '' },
    ]);
    await known(book.uri('last'), '');
    const above = (name: string): string => notebooks.above(book.uri(name));
    await until(() => above('last') !== '', 'the notebook');
    expect(['imports', 'title', 'use', 'last'].map(above)).toEqual([
      '',
      '',
      'import math\n\n',
      'import math\n\nmath.\n\n',
    ]);
    await book.insert(2, { name: 'new', text: 'x = 1' });
    await until(() => above('use') === 'import math\n\nx = 1\n\n', 'the new cell');
    await book.swap(2, ['new', 'use']);
    await until(() => above('new') === 'import math\n\nmath.\n\n', 'the moved cell');
    await book.replace('use', 'math.pi');
    await until(() => above('new') === 'import math\n\nmath.pi\n\n', 'the edited cell');
    await book.remove(0, 'imports');
    await until(() => above('new') === 'math.pi\n\n', 'the removed cell');
    expect(above('imports')).toBe('');
    await book.close(['title', 'use', 'new', 'last']);
    await until(() => documents.get(book.uri('last')) === undefined, 'the closed notebook');
    expect(above('last')).toBe('');
  });

  test('leaves out cells that are too long for a prompt', async () => {
    const book = new EditedNotebook(client, '/w/long.ipynb');
    await book.open([
      { name: 'first', text: 'import math' },
      { name: 'data', text: `data = [${'1, '.repeat(20_000)}]` },
      { name: 'last', text: 'x = ' },
    ]);
    await until(() => notebooks.above(book.uri('last')) !== '', 'the notebook');
    expect(notebooks.above(book.uri('last'))).toBe('import math\n\n');
  });
});

test('a cell is completed with what the cells above it define, and a moved cell as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-lsp-'));
  const client = await TestClient.start({ folders: [folder], notebooks: true });
  try {
    expect(client.initialized.capabilities.notebookDocumentSync).toBeDefined();
    const book = new EditedNotebook(client.connection, join(folder, 'book.ipynb'));
    const definition = 'def total_hypotenuse(opposite, adjacent):\n    return (opposite ** 2 + adjacent ** 2) ** 0.5\n';
    const text = 'longest = total_hypo';
    await book.open([
      { name: 'use', text },
      { name: 'definition', text: definition },
    ]);
    const suggested = async (): Promise<string> => {
      const at = { line: 0, character: text.length };
      return String((await client.inlineAt(book.uri('use'), at))[0]?.insertText);
    };
    expect(await suggested()).not.toMatch(/^tenuse/);
    await book.swap(0, ['use', 'definition']);
    expect(await suggested()).toMatch(/^tenuse/);
  } finally {
    await client.stop();
  }
});
