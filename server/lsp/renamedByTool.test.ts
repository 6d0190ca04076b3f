/** What a client's rename at all places of a name means over the wire. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type NextEditAnswer, NextEditMessages } from '../protocol/index.ts';
import { TestClient, uriOf } from './testing.ts';

const text = `export const ada = { name: 'Ada' };
export const bob = { name: 'Bob' };

export const column = { name: 'id' };
`;

test('a name replaced at two places is proposed at a third, unless a tool replaced both at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-tool-'));
  const client = await TestClient.start({ folders: [folder] });
  try {
    const places = [...text.matchAll(/name(?=: '[AB])/g)].map(({ index }) => index);
    const proposed = async (file: string, rename: (uri: string) => Promise<void>): Promise<number> => {
      const uri = uriOf(join(folder, file));
      await client.open(uri, 'typescript', text);
      await rename(uri);
      expect(client.document(uri).getText()).toContain("bob = { title: 'Bob' }");
      const { version } = client.document(uri);
      const { edits } = await client.connection.sendRequest<NextEditAnswer>(NextEditMessages.ask, {
        textDocument: { uri, version },
        position: { line: 3, character: 0 },
        context: { triggerKind: 1 },
      });
      return edits.length;
    };
    const byHand = async (uri: string): Promise<void> => {
      for (const place of places.toReversed()) await client.edit(uri, place, 4, 'title');
    };
    expect(await proposed('hand.ts', byHand)).toBe(1);
    expect(await proposed('tool.ts', (uri) => client.editAll(uri, places, 4, 'title'))).toBe(0);
  } finally {
    expect(await client.stop()).toBe(0);
  }
});
