import * as vscode from 'vscode';
import type { ActiveDocument } from './activeDocument.ts';
import { editorFolder } from './chosenFolder.ts';
import { statusText } from './describe.ts';
import { withoutIcons, withoutLinks } from './plainText.ts';
import type { Session } from './session.ts';

const backgrounds = {
  normal: undefined,
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
} as const;

const severities = {
  normal: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

/** A link, in the tooltip and in the detail of the language status. */
const EXPLAIN = '[Why is nothing suggested here?](command:repotune.explainSilence)';

/** The tooltip as plain text, and a link below it. */
function explaining(tooltip: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString().appendText(tooltip).appendMarkdown(`\n\n${EXPLAIN}`);
  text.isTrusted = { enabledCommands: ['repotune.explainSilence'] };
  return text;
}

/** Shows what is active, in the status bar and in a code file's language status. */
export class StatusItem implements vscode.Disposable {
  readonly #bar = vscode.window.createStatusBarItem('repotune.status', vscode.StatusBarAlignment.Right, 90);
  readonly #language = vscode.languages.createLanguageStatusItem('repotune.language', { scheme: 'file' });
  readonly #following: vscode.Disposable;

  constructor(session: Session, document: Pick<ActiveDocument, 'current' | 'onChanged'>) {
    this.#bar.name = 'Repotune';
    this.#bar.command = 'repotune.openPanel';
    this.#language.name = 'Repotune';
    this.#language.command = { command: 'repotune.toggleCompletions', title: 'Toggle Completions' };
    const draw = (): void => this.#draw(session, document);
    this.#following = vscode.Disposable.from(
      session.onChanged(draw),
      document.onChanged(draw),
      vscode.window.onDidChangeActiveTextEditor(draw),
      vscode.window.onDidChangeActiveNotebookEditor(draw),
    );
    draw();
    this.#bar.show();
  }

  dispose(): void {
    this.#following.dispose();
    this.#bar.dispose();
    this.#language.dispose();
  }

  #draw(session: Session, { current }: Pick<ActiveDocument, 'current'>): void {
    const { text, tooltip, isWanted, severity } = statusText(session.panel, editorFolder(), current);
    this.#bar.text = text;
    this.#bar.tooltip = isWanted ? explaining(tooltip) : tooltip;
    // Read aloud instead of the text with its icons and links.
    const label = `Repotune. ${tooltip}`;
    this.#bar.accessibilityInformation = { label, role: 'button' };
    this.#language.accessibilityInformation = { label };
    this.#bar.backgroundColor = backgrounds[severity];
    this.#language.text = text;
    this.#language.detail = withoutIcons(withoutLinks(tooltip)) + (isWanted ? ` ${EXPLAIN}` : '');
    this.#language.severity = severities[severity];
    this.#language.busy = text.includes('~spin');
  }
}
