import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type * as Limits from './limits.ts';
import { agree, git, type Person, problem, Team } from './testing.ts';
import { HttpRemote } from './testingHttp.ts';

vi.mock('./limits.ts', async (original) => ({ ...(await original<typeof Limits>()), STILL_SECONDS: 2 }));

let team: Team;
let remote: HttpRemote;
let bob: Person;
beforeEach(async () => {
  team = new Team();
  git(team.remote, 'config', 'http.receivepack', 'true');
  remote = await HttpRemote.start(team.dir);
  const ann = team.person('ann');
  bob = team.person('bob');
  for (const { folder } of [ann, bob]) git(folder, 'config', 'remote.origin.url', remote.url('remote.git'));
  await ann.tuned('first-one');
  await (await ann.share()).publish('first-one');
});
afterEach(() => {
  remote[Symbol.dispose]();
  team[Symbol.dispose]();
});

/** gitprotocol-v2(5): the first byte is the channel of pack data (1) or progress (2); none is a sign of life. */
const SIGN_OF_LIFE = Buffer.from([1]);
const PROGRESS = Buffer.from('\x02Counting objects\n');

/** gitformat-pack(5): the head of a pack of one blob of a terabyte, in zlib's stored form, whose zeros follow. */
function* packBytes(): Generator<Buffer, never> {
  const head = [...Buffer.from('PACK'), 0, 0, 0, 2, 0, 0, 0, 1, 0xb0, 0x80, 0x80, 0x80, 0x80, 0x20];
  for (const byte of [...head, 0x78, 0x01, 0x00, 0xff, 0xff, 0x00, 0x00]) yield Buffer.from([1, byte]);
  for (;;) yield Buffer.from([1, 0]);
}

it.each([
  ['signs of life', () => () => SIGN_OF_LIFE],
  ['progress', () => () => PROGRESS],
  [
    'a pack, byte by byte',
    () => {
      const bytes = packBytes();
      return () => bytes.next().value;
    },
  ],
])(
  'a remote that sends %s without end is given up, and nobody waits behind it',
  async (_, drops) => {
    remote.dripsToFetches = drops();
    expect(await problem((await bob.share()).list())).toMatch(/^unreachable: The remote has sent next to nothing/);
    remote.dripsToFetches = null;
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
  },
  30_000,
);
