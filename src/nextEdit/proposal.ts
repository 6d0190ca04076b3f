import * as vscode from 'vscode';
import type { NextEdit } from '../../server/protocol/index.ts';
import { type EditedLines, linesAfter } from './drawing.ts';
import { behindTheLine, insertionAt, type Replacement, trimmed, typedAlong } from './replacement.ts';

/** An edit proposed by the server, in the current state of its document. */
export class Proposal {
  readonly document: vscode.TextDocument;
  readonly command: NextEdit['command'];
  #edit: Replacement;
  #version: number;

  private constructor(document: vscode.TextDocument, command: NextEdit['command'], edit: Replacement) {
    this.document = document;
    this.command = command;
    this.#edit = edit;
    this.#version = document.version;
  }

  /** null if it changes nothing, or belongs to another document or version. */
  static of(document: vscode.TextDocument, { textDocument, range, text, command }: NextEdit): Proposal | null {
    if (textDocument.version !== document.version) return null;
    const [start, end] = [range.start, range.end].map((at) => offsetOf(document, at)) as [number, number];
    const between = textBetween(document);
    const edit = behindTheLine(trimmed({ start, before: between(start, end), after: text }), between);
    return edit.before === '' && edit.after === '' ? null : new Proposal(document, command, edit);
  }

  get id(): string {
    return this.command.arguments[0];
  }

  get version(): number {
    return this.#version;
  }

  get edit(): Replacement {
    return this.#edit;
  }

  /** Whether it stays valid after a change of its document: the user is typing what it proposes. */
  survives(changes: readonly vscode.TextDocumentContentChangeEvent[]): boolean {
    const next = typedAlong(this.#edit, changes);
    if (next === null || next === 'done') return false;
    this.#edit = next;
    this.#version = this.document.version;
    return true;
  }

  get start(): vscode.Position {
    return this.document.positionAt(this.#edit.start);
  }

  get end(): vscode.Position {
    return this.document.positionAt(this.#edit.start + this.#edit.before.length);
  }

  /** What it inserts at `cursor`, if it only inserts. */
  insertionAt(cursor: vscode.Position): string | null {
    return insertionAt(this.#edit, this.document.offsetAt(cursor), textBetween(this.document));
  }

  lines(tabSize: number): EditedLines {
    const { document, start, end } = this;
    const old: string[] = [];
    for (let line = start.line; line <= end.line; line++) old.push(document.lineAt(line).text);
    return {
      first: start.line,
      old,
      updated: linesAfter(old, start.character, end.character, this.#edit.after),
      lineCount: document.lineCount,
      tabSize,
      lineAt: (line) => document.lineAt(line).text,
    };
  }
}

function offsetOf(document: vscode.TextDocument, at: { readonly line: number; readonly character: number }): number {
  const line = document.lineAt(Math.min(at.line, document.lineCount - 1));
  // A position past the last line is the end of that line.
  const character = at.line >= document.lineCount ? line.text.length : Math.min(at.character, line.text.length);
  return document.offsetAt(line.range.start) + character;
}

function textBetween(document: vscode.TextDocument): (from: number, to: number) => string {
  return (from, to) => document.getText(new vscode.Range(document.positionAt(from), document.positionAt(to)));
}
