import { expect, test, vi } from 'vitest';
import { FIRST_STATE } from '../server/protocol/firstState.ts';
import type { AdapterSummary, RepotuneState } from '../server/protocol/index.ts';
import type { Session } from './session.ts';
import { StatusItem } from './statusItem.ts';

const shown = vi.hoisted(() => ({ bar: {} as Record<string, unknown>, language: {} as Record<string, unknown> }));
vi.mock('vscode', () => {
  const event = () => ({ dispose: () => {} });
  return {
    Disposable: { from: () => ({ dispose: () => {} }) },
    LanguageStatusSeverity: {},
    MarkdownString: class {
      readonly plain: string[] = [];
      readonly markdown: string[] = [];
      isTrusted: unknown;
      appendText(text: string) {
        this.plain.push(text);
        return this;
      }
      appendMarkdown(text: string) {
        this.markdown.push(text);
        return this;
      }
    },
    StatusBarAlignment: {},
    ThemeColor: class {},
    languages: { createLanguageStatusItem: () => shown.language },
    window: {
      createStatusBarItem: () => Object.assign(shown.bar, { show: () => {} }),
      onDidChangeActiveTextEditor: event,
      onDidChangeActiveNotebookEditor: event,
    },
  };
});

/** VS Code's own pattern for links in the detail of a language status; a command runs on a click. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)/i;
const OWN_LINK = '[Why is nothing suggested here?](command:repotune.explainSilence)';
const FOREIGN = '$(check) [ok](command:workbench.action.terminal.new)';
const adapter = { id: 'a', name: FOREIGN, active: true } as AdapterSummary;
const base = { name: FOREIGN, path: '/m.gguf', sizeBytes: 1, parameters: 1, bundled: false, prepared: null };

test.each<[string, Partial<RepotuneState>]>([
  ['of an adapter', { engine: { kind: 'ready', message: '' }, adapters: [adapter], source: 'adapter' }],
  ['of a base', { engine: { kind: 'ready', message: '' }, base }],
  ['in what the engine says', { engine: { kind: 'failed', message: FOREIGN } }],
])('a name %s becomes neither a link nor an icon in the language status', (_, change) => {
  const panel = { kind: 'live', state: { ...FIRST_STATE, ...change } };
  const onChanged = () => ({ dispose: () => {} });
  new StatusItem({ panel, onChanged } as unknown as Session, { current: { silence: null, routed: null }, onChanged });
  expect(shown.language['detail']).toContain('[ok]');
  expect(String(shown.language['detail']).replace(OWN_LINK, '')).not.toMatch(LINK);
  expect(shown.language['detail']).not.toContain('$(');
  for (const item of [shown.bar, shown.language]) {
    const { label } = item['accessibilityInformation'] as { label: string };
    expect(label).toMatch(/^Repotune\. /);
    expect(label.replace(FOREIGN, '')).not.toMatch(/\$\(|command:/);
  }
  // Icons are meant here, so no foreign text may be.
  expect(`${shown.language['text']} ${shown.bar['text']}`).not.toContain('[ok]');
  // A string is plain text in VS Code.
  const { tooltip } = shown.bar;
  if (typeof tooltip === 'string') expect(tooltip).toContain(FOREIGN);
  else
    expect(tooltip).toMatchObject({
      plain: [expect.stringContaining(FOREIGN)],
      markdown: [`\n\n${OWN_LINK}`],
      isTrusted: { enabledCommands: ['repotune.explainSilence'] },
    });
});
