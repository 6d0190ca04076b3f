import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  ExecuteCommandRequest,
  ShowMessageNotification,
  type ShowMessageParams,
} from 'vscode-languageserver-protocol/node';
import { Trap } from '../git/testing.ts';
import { Requests } from '../protocol/index.ts';
import { type ClientOptions, TestClient, until, uriOf } from './testing.ts';
import { TRUST_FOLDER, Trust } from './trust.ts';

vi.setConfig({ testTimeout: 120_000 });

const text = 'export function sum(a: number, b: number): number {\n  return \n}\n';
const cursor = text.indexOf('return ') + 'return '.length;

/** A repository that runs a program on git's first query, and on the first query about a missing commit. */
function hostileFolder(): Trap {
  const trap = new Trap();
  trap.must(['init', '--quiet']);
  trap.write('a.ts', text).commit();
  trap.config(
    ['core.fsmonitor', trap.program],
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'evil'],
  );
  trap.config(
    ['remote.evil.url', trap.dir],
    ['remote.evil.promisor', 'true'],
    ['remote.evil.uploadpack', trap.program],
  );
  trap.reset();
  return trap;
}

interface Session extends Disposable {
  readonly client: TestClient;
  readonly shown: readonly ShowMessageParams[];
}

async function open(trap: Trap, options: ClientOptions): Promise<Session> {
  // A `git` that records that it was called at all.
  const bin = join(trap.dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), `#!/bin/sh\necho asked >> ${join(trap.dir, 'asked')}\nexit 1\n`, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env['PATH']}` };
  const client = await TestClient.start({ folders: [trap.folder], env, ...options });
  const shown: ShowMessageParams[] = [];
  client.connection.onNotification(ShowMessageNotification.type, (params) => void shown.push(params));
  return { client, shown, [Symbol.dispose]: () => client.process.kill() };
}

function asked(trap: Trap): string {
  try {
    return readFileSync(join(trap.dir, 'asked'), 'utf8');
  } catch {
    return '';
  }
}

async function complete(trap: Trap, client: TestClient): Promise<number> {
  const uri = uriOf(join(trap.folder, 'a.ts'));
  await client.open(uri, 'typescript', text);
  const items = await client.inline(uri, cursor);
  await client.edit(uri, cursor, 0, 'a');
  await client.close(uri);
  return items.length;
}

describe('an untrusted folder', () => {
  it.each([true, false])(
    'gets no completions and no call of git, and one message says how to trust it (inline completions: %s)',
    async (inline) => {
      using trap = hostileFolder();
      using session = await open(trap, { trusted: false, inline });
      const { client, shown } = session;
      if (inline) expect(await complete(trap, client)).toBe(0);
      else {
        const uri = uriOf(join(trap.folder, 'a.ts'));
        await client.open(uri, 'typescript', text);
        expect(await client.completions(uri, cursor)).toEqual([]);
      }
      const state = await client.state();
      expect(state).toMatchObject({ folder: null, folders: [], adapters: [] });
      expect(await client.connection.sendRequest(Requests.tune, { folder: trap.folder })).toMatchObject({
        kind: 'refused',
      });
      await until(() => shown.length > 0, 'the word on trust');
      await client.setFolders([trap.folder, tmpdir()]);
      await client.state();
      expect(shown.map(({ message }) => message)).toEqual([
        expect.stringMatching(/repotune\.trustFolder.*"trusted": true/),
      ]);
      expect(asked(trap)).toBe('');
      expect(trap.sprung).toBe('');
      expect(state.engine.kind).toBe('off');
      await client.stop();
    },
  );

  it('is served once the user runs the trust command for it, and other folders are not', async () => {
    using trap = hostileFolder();
    const other = mkdtempSync(join(tmpdir(), 'repotune-other-'));
    using session = await open(trap, { trusted: false, folders: [other, trap.folder], chosen: trap.folder });
    const { client } = session;
    expect((await client.state()).folders).toEqual([]);
    expect(asked(trap)).toBe('');
    await client.connection.sendRequest(ExecuteCommandRequest.type, {
      command: TRUST_FOLDER,
      arguments: [uriOf(trap.folder)],
    });
    await until(async () => (await client.state()).folder?.path === trap.folder, 'the folder');
    expect((await client.state()).folders.map(({ path }) => path)).toEqual([trap.folder]);
    expect(await complete(trap, client)).toBeGreaterThan(0);
    await until(async () => asked(trap) !== '', 'a call of git');
    const uri = uriOf(join(other, 'b.ts'));
    await client.open(uri, 'typescript', text);
    expect(await client.inline(uri, cursor)).toEqual([]);
    await client.stop();
    rmSync(other, { recursive: true });
  });
});

it('a trusted folder is served from the start, without a message', async () => {
  using trap = hostileFolder();
  using session = await open(trap, { env: {} });
  const { client, shown } = session;
  expect(await complete(trap, client)).toBeGreaterThan(0);
  expect((await client.state()).folder?.path).toBe(trap.folder);
  expect(shown).toEqual([]);
  expect(trap.sprung).toBe('');
  await client.stop();
});

describe('trust', () => {
  const folder = (path: string) => ({ uri: uriOf(path), name: path });
  it.each<[string, unknown, boolean]>([
    ['no options', undefined, false],
    ['true', { trusted: true }, true],
    ['the string "true"', { trusted: 'true' }, false],
    ['false', { trusted: false }, false],
    ['true in the settings', { repotune: { trusted: true } }, false],
  ])('is granted at the handshake only by the boolean true: %s', (_, options, expected) => {
    const trust = new Trust();
    trust.readOptions(options);
    expect(trust.covers(uriOf('/a/b.ts'))).toBe(expected);
    expect(trust.any).toBe(expected);
  });

  it.each<[string, unknown, readonly string[], readonly string[]]>([
    ['no argument, for all open folders', undefined, ['/a', '/b'], ['/a', '/b/c.ts']],
    ['the URI of an open folder', uriOf('/a'), ['/a', '/b'], ['/a', '/a/x/y.ts']],
    ['the URI of a folder that is not open', uriOf('/z'), ['/a'], []],
    ['an argument that is not a URI', 7, ['/a'], []],
    ['no argument in a window without folders', undefined, [], ['/q/r.ts']],
  ])('is granted by command only to what is open: %s', (_, argument, open, covered) => {
    const trust = new Trust();
    expect(trust.grant(argument, open.map(folder))).toBe(covered.length > 0);
    const all = ['/a', '/a/x/y.ts', '/ab/c.ts', '/b/c.ts', '/q/r.ts'];
    const others = open.length === 0 ? [] : all.filter((path) => !covered.some((one) => path.startsWith(one)));
    for (const path of covered) expect(trust.covers(uriOf(path))).toBe(true);
    for (const path of others.filter((path) => argument !== undefined || path.startsWith('/ab')))
      expect(trust.covers(uriOf(path))).toBe(false);
    expect(trust.grant(argument, open.map(folder))).toBe(false);
  });
});
