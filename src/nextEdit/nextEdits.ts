import * as vscode from 'vscode';
import { messageOf } from '../../server/common/messageOf.ts';
import {
  type NextEditJump,
  NextEditMessages,
  type NextEditTold,
  type NotificationType,
} from '../../server/protocol/index.ts';
import { ContextKeys } from '../contextKeys.ts';
import type { Session } from '../session.ts';
import { applyIn } from './applying.ts';
import { Arrival } from './arrival.ts';
import { AskedLine } from './askedLine.ts';
import { type Answered, Asking } from './asking.ts';
import { drawingOf } from './drawing.ts';
import { GhostText } from './ghostText.ts';
import { Jumps } from './jumps.ts';
import { Painter } from './painter.ts';
import { type Presentation, presentation } from './presentation.ts';
import { Proposal } from './proposal.ts';

const NOTHING: Presentation = { kind: 'nothing' };
/** A message in the status bar. */
const TOLD_MS = 3000;
/** Lines. */
const MOST_HOVERED = 40;

/**
 * The edit proposed for the active editor: requested, shown, applied or dismissed. It is dropped when the document changes in any way but
 * towards it, and never moves the cursor unless a key or command asks for that.
 */
export class NextEdits implements vscode.Disposable {
  readonly #session: Session;
  readonly #log: vscode.LogOutputChannel;
  readonly #keys = new ContextKeys();
  readonly #asking: Asking;
  readonly #painter = new Painter(() => this.#present());
  readonly #jumps = new Jumps();
  readonly #arrival = new Arrival();
  readonly #asked = new AskedLine();
  readonly #following: vscode.Disposable;
  readonly ghostText = new GhostText({
    insertionAt: (document, position) => this.#insertionAt(document, position),
    trigger: async () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
    onCompletion: () => this.#present(),
    onShown: () => this.#tellShown(),
  });
  #proposal: Proposal | null = null;
  #shown: Presentation = NOTHING;
  /** The proposal last reported to the server as shown. */
  #toldId: string | null = null;

  constructor(session: Session, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#log = log;
    this.#asking = new Asking(session, log, {
      onAnswer: (answered) => this.#answered(answered),
      onErrors: () => this.#foundErrors(),
      onSettings: () => {
        this.#asking.cancel();
        this.#forget();
        void this.#offer();
      },
    });
    this.#following = vscode.Disposable.from(
      session.onChanged(() => void this.#offer()),
      vscode.workspace.onDidChangeTextDocument((event) => this.#changed(event)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#moved(textEditor)),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        if (this.#proposal !== null && textEditor === vscode.window.activeTextEditor) this.#present();
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.#forget();
        if (editor !== undefined) {
          this.#asking.seen(editor.document);
          this.#ask(editor);
        }
      }),
    );
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined) this.#asking.seen(editor.document);
  }

  /** Tab: jumps to an edit that is far away, applies one that is near. */
  async accept(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || this.#proposal === null) return;
    if (this.#shown.kind === 'ghost') await this.#commit(editor, this.#proposal);
    else if (this.#shown.kind === 'drawn' && this.#shown.tab === 'applies') await this.#apply(editor, this.#proposal);
    else this.#goTo(editor, this.#proposal);
  }

  async goTo(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined && this.#proposal !== null) this.#goTo(editor, this.#proposal);
    else await this.#goElsewhere();
  }

  /** Escape: it is not proposed again. */
  async dismiss(): Promise<void> {
    if (this.#shown.kind === 'ghost') await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    if (this.#proposal !== null) this.#tell(NextEditMessages.rejected, this.#proposal);
    this.#asking.cancel();
    this.#arrival.clear();
    this.#forget();
  }

  async trigger(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const reason = editor === undefined ? 'no editor is in view' : await this.#asking.now(editor);
    // An explicit request must not end in silence.
    if (reason !== null) vscode.window.setStatusBarMessage(`Repotune: no next edit here: ${reason}`, TOLD_MS);
  }

  dispose(): void {
    this.#following.dispose();
    this.#asking.dispose();
    this.#painter.dispose();
    this.#jumps.dispose();
  }

  /** The command is in the palette only where it can have an effect. */
  async #offer(): Promise<void> {
    this.#keys.set('repotune.nextEdits', await this.#asking.available());
  }

  #ask(editor: vscode.TextEditor): void {
    this.#asked.asked(editor.selection.active.line, isAlone(editor));
    this.#asking.soon(editor);
  }

  #changed({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    if (document.uri.scheme === 'file') this.#asking.edited();
    const editor = vscode.window.activeTextEditor;
    if (document !== editor?.document) return;
    this.#setJumps([]);
    // Undo and redo are not typing, whatever text they lead to.
    const goesOn = reason === undefined && this.#proposal?.survives(contentChanges);
    if (goesOn) this.#present();
    else this.#forget();
    this.#ask(editor);
  }

  #moved(editor: vscode.TextEditor): void {
    if (editor !== vscode.window.activeTextEditor) return;
    this.#arrival.moved(editor.document, editor.selection.active);
    this.ghostText.moved(editor.document, editor.selection.active);
    this.#present();
    const next = this.#asked.moved(editor.selection.active.line, isAlone(editor));
    if (next === 'ask') this.#ask(editor);
    else if (next === 'cancel') this.#asking.cancel();
  }

  /** New errors show where else a change is needed, unless that is known already. */
  #foundErrors(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined && this.#proposal === null) this.#ask(editor);
  }

  #answered({ editor, answer, invoked }: Answered): void {
    const [edit] = answer.edits;
    this.#setJumps(answer.jumps);
    const proposal = edit === undefined ? null : Proposal.of(editor.document, edit);
    if (proposal !== null) {
      this.#proposal = proposal;
      this.#present();
    } else if (this.#proposal?.version === editor.document.version && !invoked) {
      // There is nothing new at the cursor: what is shown elsewhere remains valid.
      this.#present();
    } else {
      this.#drop();
      if (invoked && !this.#jumps.any) vscode.window.setStatusBarMessage('Repotune: no next edit here', TOLD_MS);
    }
  }

  #setJumps(jumps: readonly NextEditJump[]): void {
    this.#jumps.set(jumps);
    this.#keys.set('repotune.nextEditJumps', this.#jumps.any);
  }

  #present(): void {
    const editor = vscode.window.activeTextEditor;
    const proposal = this.#proposal;
    if (editor === undefined || proposal === null || proposal.version !== editor.document.version) {
      this.#drop();
      return;
    }
    const cursor = editor.selection.active;
    const { start, end } = proposal;
    const before = this.#shown;
    const shown = presentation({
      alone: isAlone(editor),
      cursor,
      lineBefore: editor.document.lineAt(cursor.line).text.slice(0, cursor.character),
      edit: { from: start.line, to: end.line + 1 },
      visible: editor.visibleRanges.map((range) => ({ from: range.start.line, to: range.end.line + 1 })),
      insertion: proposal.insertionAt(cursor),
      ghostText: vscode.workspace.getConfiguration('editor.inlineSuggest', editor.document).get('enabled', true),
      // An edit already drawn stays in view while a completion is pending.
      completion: this.ghostText.completionAt(editor.document, cursor, before.kind === 'drawn'),
      jumped: this.#arrival.isAt(editor.document, cursor),
    });
    this.#shown = shown;
    this.#keys.set('repotune.nextEditVisible', shown.kind === 'drawn');
    this.#keys.set('repotune.nextEditTakesTab', shown.kind === 'drawn' && !shown.indents);
    this.#keys.set('repotune.nextEditGhost', shown.kind === 'ghost');
    if (shown.kind !== 'drawn') this.#painter.clear();
    if (shown.kind === 'ghost') this.ghostText.show(editor.document, cursor);
    else this.ghostText.gone();
    if (shown.kind === 'drawn') this.#draw(editor, proposal, shown);
  }

  #draw(editor: vscode.TextEditor, proposal: Proposal, { tab, indents, away }: Presentation & { kind: 'drawn' }): void {
    const { tabSize } = editor.options;
    const lines = proposal.lines(typeof tabSize === 'number' ? tabSize : 4);
    const drawing = drawingOf(lines);
    const there = tab === 'applies' ? 'Tab' : 'Tab to go here';
    const from = `Tab ${away === 'above' ? '↑' : '↓'} line ${proposal.start.line + 1}`;
    const key = {
      line: away === null ? drawing.keyLine : editor.selection.active.line,
      text: indents ? null : away === null ? there : from,
      away,
    };
    this.#painter.draw(editor, drawing, key, lines.updated.slice(0, MOST_HOVERED));
    if (away === null) this.#tellShown();
  }

  #insertionAt(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem | null {
    const proposal = this.#proposal;
    if (proposal?.document !== document || proposal.version !== document.version) return null;
    const text = proposal.insertionAt(position);
    const command = { ...proposal.command, arguments: [...proposal.command.arguments] };
    return text === null ? null : new vscode.InlineCompletionItem(text, new vscode.Range(position, position), command);
  }

  #goTo(editor: vscode.TextEditor, { start }: Proposal): void {
    this.#arrival.set(editor.document, start);
    // No request is needed: the proposal here is known.
    this.#asked.asked(start.line, true);
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.#present();
  }

  /** To the place the user picks from the list. The proposal there arrives later. */
  async #goElsewhere(): Promise<void> {
    const place = this.#jumps.any ? await this.#jumps.choose() : null;
    if (place === null) return;
    this.#arrival.set(place.document, place.position);
    this.#present();
  }

  /** Invoked from the palette, which makes the editor hide its ghost text, it is applied like any other edit. */
  async #commit(editor: vscode.TextEditor, proposal: Proposal): Promise<void> {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    if (editor.document.version === proposal.version && proposal === this.#proposal)
      await this.#apply(editor, proposal);
  }

  async #apply(editor: vscode.TextEditor, proposal: Proposal): Promise<void> {
    const ghost = this.#shown.kind === 'ghost' ? this.#shown.text : null;
    this.#forget();
    const outcome = await applyIn(editor, proposal, ghost);
    if (outcome === 'refused') this.#log.info('A next edit could not be applied: the editor refused the change.');
    if (outcome !== 'applied') return;
    const { command, arguments: parameters } = proposal.command;
    try {
      await vscode.commands.executeCommand(command, ...parameters);
    } catch (error) {
      this.#log.warn(`next edit: ${messageOf(error)}`);
    }
  }

  /** Drops all proposals, here and elsewhere. */
  #forget(): void {
    this.#setJumps([]);
    this.#drop();
  }

  #drop(): void {
    this.#proposal = null;
    this.#shown = NOTHING;
    this.ghostText.gone();
    this.#painter.clear();
    for (const key of ['repotune.nextEditVisible', 'repotune.nextEditTakesTab', 'repotune.nextEditGhost'])
      this.#keys.set(key, false);
  }

  #tellShown(): void {
    if (this.#proposal === null || this.#toldId === this.#proposal.id) return;
    this.#toldId = this.#proposal.id;
    this.#tell(NextEditMessages.shown, this.#proposal);
  }

  #tell(message: NotificationType<NextEditTold>, { command }: Proposal): void {
    void this.#session
      .connection()
      .then((client) => client?.sendNotification(message, { item: { command: { arguments: command.arguments } } }))
      .catch(() => {});
  }
}

function isAlone({ selections }: vscode.TextEditor): boolean {
  return selections.length === 1 && selections[0]?.isEmpty === true;
}
