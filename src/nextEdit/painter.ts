import * as vscode from 'vscode';
import type { TextRange } from '../../server/protocol/index.ts';
import type { Beside, Drawing } from './drawing.ts';

export interface KeyHint {
  /** Drawn after the end of this line. */
  readonly line: number;
  /** null if no key accepts the edit. */
  readonly text: string | null;
  /** Where the edit lies if out of view: an arrow in the gutter. */
  readonly away: 'above' | 'below' | null;
}

const color = (id: string): vscode.ThemeColor => new vscode.ThemeColor(id);
const GAP = '0 0 0 2ch';

/** Draws an edit into the editor's text using only the stable API, in the theme's diff colours. */
export class Painter implements vscode.Disposable {
  /** Created for the first edit that is drawn, to keep them out of activation. */
  #types: DecorationTypes | null = null;
  #editor: vscode.TextEditor | null = null;
  readonly #following: vscode.Disposable;

  /** `redraw`: the theme changed. */
  constructor(redraw: () => void) {
    this.#following = vscode.window.onDidChangeActiveColorTheme(() => {
      this.#drop();
      redraw();
    });
  }

  /** `updated`: the resulting lines, shown when hovering over what is removed; the new text may be out of view on the right. */
  draw(editor: vscode.TextEditor, drawing: Drawing, key: KeyHint, updated: readonly string[]): void {
    if (this.#editor !== editor) this.clear();
    this.#editor = editor;
    this.#types ??= decorationTypes();
    const types = this.#types;
    const { document } = editor;
    const endOf = (line: number): vscode.Range => {
      const { end } = document.lineAt(Math.min(line, document.lineCount - 1)).range;
      return new vscode.Range(end, end);
    };
    const hoverMessage = new vscode.MarkdownString().appendCodeblock(updated.join('\n'), document.languageId);
    const set = (type: vscode.TextEditorDecorationType, options: vscode.DecorationOptions[]): void =>
      editor.setDecorations(type, options);
    set(
      types.removed,
      drawing.removed.map((range) => ({ range: rangeOf(range), hoverMessage })),
    );
    set(
      types.removedLine,
      drawing.removedLines.map((line) => ({ range: codeOf(document.lineAt(line)), hoverMessage })),
    );
    set(
      types.boundary,
      drawing.boundaries
        .filter((line) => line < document.lineCount)
        .map((line) => ({ range: document.lineAt(line).range, hoverMessage })),
    );
    set(
      types.inserted,
      drawing.inserted.map(({ at, text }) => ({
        range: new vscode.Range(at.line, at.character, at.line, at.character),
        renderOptions: { after: { contentText: text } },
      })),
    );
    set(
      types.beside,
      drawing.beside.map((beside) => ({ range: endOf(beside.line), renderOptions: { after: besideCode(beside) } })),
    );
    const hint = { range: endOf(key.line), renderOptions: { after: { contentText: `\u00a0${key.text}\u00a0` } } };
    set(types.key, key.text === null ? [] : [hint]);
    set(types.above, key.away === 'above' ? [{ range: endOf(key.line) }] : []);
    set(types.below, key.away === 'below' ? [{ range: endOf(key.line) }] : []);
  }

  clear(): void {
    if (this.#editor === null) return;
    for (const type of Object.values(this.#types ?? {})) this.#editor.setDecorations(type, []);
    this.#editor = null;
  }

  dispose(): void {
    this.#following.dispose();
    this.#drop();
  }

  #drop(): void {
    this.#editor = null;
    for (const type of Object.values(this.#types ?? {})) type.dispose();
    this.#types = null;
  }
}

type DecorationTypes = ReturnType<typeof decorationTypes>;

function besideCode({ gap, text }: Beside): vscode.ThemableDecorationAttachmentRenderOptions {
  return { contentText: text, margin: `0 0 0 ${gap}ch` };
}

/** A line without its indentation; a blank line as a whole. */
function codeOf({ range, firstNonWhitespaceCharacterIndex: from }: vscode.TextLine): vscode.Range {
  return range.with(range.start.with({ character: from < range.end.character ? from : 0 }));
}

function rangeOf({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** High-contrast themes have diff borders instead of backgrounds; other themes have no such borders. */
function decorationTypes() {
  const { kind } = vscode.window.activeColorTheme;
  const contrast = kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight;
  const border = (id: string) => (contrast ? { border: '1px solid', borderColor: color(id) } : {});
  const comes = {
    color: color('editor.foreground'),
    backgroundColor: color('diffEditor.insertedTextBackground'),
    ...border('diffEditor.insertedTextBorder'),
  };
  const goes = {
    backgroundColor: color('diffEditor.removedTextBackground'),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...border('diffEditor.removedTextBorder'),
  };
  const ruler = {
    overviewRulerColor: color('editorOverviewRuler.infoForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  };
  const make = vscode.window.createTextEditorDecorationType;
  return {
    removed: make({ ...goes, ...ruler, textDecoration: 'line-through' }),
    removedLine: make({ ...goes, ...ruler }),
    boundary: make({
      isWholeLine: true,
      borderStyle: 'solid',
      borderWidth: '1px 0 0 0',
      borderColor: color('editorGutter.addedBackground'),
      ...ruler,
    }),
    inserted: make({ after: comes, ...ruler }),
    beside: make({ after: comes, ...ruler }),
    key: make({
      after: {
        margin: GAP,
        color: color('keybindingLabel.foreground'),
        backgroundColor: color('keybindingLabel.background'),
        border: '1px solid',
        borderColor: color('keybindingLabel.border'),
      },
    }),
    above: make({ gutterIconPath: arrow('M8 13V3M4 7l4-4 4 4'), gutterIconSize: 'contain' }),
    below: make({ gutterIconPath: arrow('M8 3v10M4 9l4 4 4-4'), gutterIconSize: 'contain' }),
  };
}

/** A blue that is visible on both white and black: icons cannot use theme colours. */
function arrow(path: string): vscode.Uri {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" fill="none" stroke="#3794ff" stroke-width="1.5"><path d="${path}"/></svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`);
}
