import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type * as Limits from './limits.ts';
import { agree, problem, Team, writeHook } from './testing.ts';

vi.mock('./limits.ts', async (original) => ({ ...(await original<typeof Limits>()), STILL_SECONDS: 9 }));

it.each([
  ['sleeps', 'exec sleep 120'],
  ['says that it is busy, without end', 'while sleep 0.2; do echo busy >&2; done'],
])(
  'a push to a remote that %s is waited for aloud, then given up, and can be done later',
  async (_, script) => {
    using team = new Team();
    const hooks = join(team.remote, 'hooks');
    writeHook(hooks, 'pre-receive', `#!/bin/sh\n${script}\n`);
    const ann = team.person('ann');
    await ann.tuned('first-one');
    const said: string[] = [];
    const share = await ann.share({ onWait: (sentence) => void said.push(sentence) });
    expect(await problem(share.publish('first-one'))).toMatch(
      /^unreachable: The remote has taken no data for \d+ seconds, so the upload was given up\./,
    );
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^The remote has taken no data for \d+ seconds\. Waiting for \d+ at most\.$/);
    writeHook(hooks, 'pre-receive', '#!/bin/sh\n');
    await share.publish('first-one');
    expect((await (await team.person('bob').share()).pull('first-one', agree)).id).toBe('first-one');
  },
  60_000,
);
