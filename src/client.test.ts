import { expect, test, vi } from 'vitest';
import type { LanguageClientOptions } from 'vscode-languageclient';
import { createClient } from './client.ts';
import type { ServerProcess } from './serverProcess.ts';

const made = vi.hoisted(() => ({ options: null as unknown, errors: [] as unknown[][] }));

vi.mock('vscode', () => ({ workspace: {}, window: {} }));
vi.mock('vscode-languageclient/node', () => ({
  CloseAction: {},
  ErrorAction: {},
  RevealOutputChannelOn: {},
  LanguageClient: class {
    error(...given: unknown[]): void {
      made.errors.push(given);
    }
    constructor(_id: string, _name: string, _server: unknown, options: unknown) {
      made.options = options;
    }
  },
}));

test("the library's own error is not shown when the server dies before the handshake has ended", () => {
  const client = createClient({} as Parameters<typeof createClient>[0], {
    schemes: ['file'],
    server: {} as ServerProcess,
    settings: () => ({}),
    folder: () => null,
    isWanted: () => true,
    onGivenUp: () => {},
    listeners: {} as Parameters<typeof createClient>[1]['listeners'],
  });
  const { initializationFailedHandler } = made.options as LanguageClientOptions;
  // The library would show the raw error: "Pending response rejected since connection got disposed".
  expect(initializationFailedHandler?.(new Error('anything'))).toBe(false);
  const raw = new Error('Pending response rejected since connection got disposed');
  client.error("Repotune client: couldn't create connection to server.", raw, 'force');
  expect(made.errors).toEqual([["Repotune client: couldn't create connection to server.", raw, false]]);
});
