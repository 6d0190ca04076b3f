import { describe, expect, it } from 'vitest';
import { STILL_SECONDS } from './limits.ts';
import { Sending } from './sending.ts';
import { git, LARGE_SPEC, Team } from './testing.ts';
import { HttpRemote } from './testingHttp.ts';

const written = (mib: string): string => `Writing objects: 100% (3/3), ${mib} MiB | 20.00 KiB/s\r`;

describe('what moves in a push', () => {
  it.each([
    ['bytes', ['Writing objects:  66% (2/3), 512 bytes | 1.00 KiB/s\r'], 512],
    ['kilobytes', ['Writing objects:  66% (2/3), 1.50 KiB | 1.00 KiB/s\r'], 1536],
    ['in two pieces', [written('2.25').slice(0, 30), written('2.25').slice(30)], 2.25 * 2 ** 20],
    ['the last of several', [`${written('1.00')}${written('2.00')}`], 2 ** 21],
    ['the remote’s own words', [`remote: ${written('9.00')}`], 0],
    ['the remote’s own words, in pieces', ['remote: ', `${' '.repeat(300)}`, written('9.00')], 0],
    ['nothing yet', ['Counting objects: 100% (3/3), done.\n', 'Writing objects:  33% (1/3)\r'], 0],
  ])('%s', (_, words, bytes) => {
    const sending = new Sending(0);
    for (const one of words) sending.heard(one, 0);
    expect(sending.sentBytes).toBe(bytes);
  });

  it('is waited for as long as bytes move, however slowly, and only words of the same are none', () => {
    const sending = new Sending(0);
    for (let second = 0; second < 3600; second += 60) {
      sending.heard(written(`${second / 60}.00`), second * 1000);
      expect(sending.stillSeconds(second * 1000)).toBeLessThan(sending.mostSeconds);
    }
    const most = sending.mostSeconds;
    expect(sending.heard(written('59.00'), 3_600_000)).toBe(false);
    expect([sending.stillSeconds(3_600_000), sending.mostSeconds]).toEqual([60, most]);
  });

  it('is given up after the limit, and what lies in buffers gets as long as all before', () => {
    const sending = new Sending(5000);
    expect(sending.mostSeconds).toBe(STILL_SECONDS);
    sending.heard(written('15.00'), 65_000);
    expect(sending.mostSeconds).toBe(STILL_SECONDS + 60);
  });
});

it('tells how much of a part is on its way to a slow remote', async () => {
  using team = new Team();
  git(team.remote, 'config', 'http.receivepack', 'true');
  using http = await HttpRemote.start(team.dir);
  const ann = team.person('ann');
  // Noise, so that the part is as large on the wire as on disk.
  let state = 1;
  const value = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const { manifest } = await ann.tuned('large-one', { ...LARGE_SPEC, value });
  http.takenBytesPerMs = 3000;
  const sent: number[] = [];
  const share = await ann.share({ remote: http.url('remote.git') });
  await share.publish('large-one', ({ done, sentBytes }) => void (done === 0 && sent.push(sentBytes)));
  expect(new Set(sent).size).toBeGreaterThan(2);
  expect(sent).toEqual(sent.toSorted((one, two) => one - two));
  expect(sent.at(-1)).toBeLessThan(manifest.adapter.sizeBytes);
}, 60_000);
