import * as vscode from 'vscode';
import type { NextEditDiagnostic } from '../../server/protocol/index.ts';
import { type FoundError, NewErrors } from './newErrors.ts';

/** When a project is opened, all its errors arrive at once: documents beyond this many count as unknown. */
const MOST_TOGETHER = 50;

/** Follows the language servers' errors, and reports when a change led to a new one. */
export class Errors implements vscode.Disposable {
  readonly #new = new NewErrors(() => performance.now());
  readonly #following: vscode.Disposable;

  /** `isOn`: whether anybody wants to know. */
  constructor({ isOn, onNew }: { isOn(): boolean; onNew(): void }) {
    this.#following = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (!isOn()) return;
      let any = false;
      for (const uri of uris.slice(0, MOST_TOGETHER)) any = this.#new.told(uri.toString(), found(uri)) || any;
      if (any) onNew();
    });
  }

  /** A document came into view: the errors it has are old. */
  seen({ uri }: vscode.TextDocument): void {
    if (!this.#new.knows(uri.toString())) this.#new.told(uri.toString(), found(uri), true);
  }

  edited(): void {
    this.#new.edited();
  }

  /** `asUri`: converts to the form in which the server knows documents. */
  since({ uri }: vscode.TextDocument, asUri: (uri: vscode.Uri) => string): NextEditDiagnostic[] {
    return this.#new.since(uri.toString()).flatMap(({ uri: other, ...error }) => {
      if (other === undefined) return [error];
      const parsed = vscode.Uri.parse(other);
      return parsed.scheme === 'file' ? [{ ...error, uri: asUri(parsed) }] : [];
    });
  }

  dispose(): void {
    this.#following.dispose();
  }
}

function found(uri: vscode.Uri): FoundError[] {
  return vscode.languages.getDiagnostics(uri).flatMap(({ range: { start, end }, message, severity }) => {
    if (severity > vscode.DiagnosticSeverity.Warning) return [];
    const range = {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    };
    return [{ range, message, severity: severity === vscode.DiagnosticSeverity.Error ? 1 : 2 }];
  });
}
