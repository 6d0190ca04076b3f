import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLogLine } from './jobEvents.ts';
import { LineSplitter, lastLines } from './logLines.ts';
import { RayJobs } from './rayJobs.ts';
import { ReceivedAdapter } from './receivedAdapter.ts';

describe('an untrusted log', () => {
  it('without line ends keeps only the first MiB of a line, and the next line is read', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (let i = 0; i < 300; i++) splitter.add('x'.repeat(1 << 16));
    splitter.add('\nnext\n');
    splitter.end();
    expect(lines.map(({ length }) => length)).toEqual([1 << 20, 4]);
  });

  it('is shown without control characters', () => {
    expect(lastLines('one\n\u001b[2Jtwo\u202e\n')).toBe('one\n\ufffd[2Jtwo\ufffd');
  });

  it('has its device name cut and stripped of control characters', () => {
    const device = `\u001b]0;x\u0007${'A100 '.repeat(1e5)}`;
    const read = readLogLine(
      `@repotune ${JSON.stringify({ kind: 'started', repository: 1, device, step: 0, steps: 9 })}`,
    );
    const shown = read.kind === 'event' && read.event.kind === 'started' ? read.event.device : '';
    expect(shown).toMatch(/^\ufffd\]0;x\ufffd[A0-9 ]{1,100}$/);
  });
});

describe('an adapter in parts', () => {
  const weights = 'adapter_model.safetensors';
  const config = 'adapter_config.json';
  const part = (name: typeof weights | typeof config, number: number, parts: number, data = 'AAAA') =>
    ({ kind: 'part', repository: 1, name, part: number, parts, data }) as const;

  it.each([
    ['a part before the first', [part(weights, 1, 2)]],
    ['a repeated last part', [part(weights, 0, 2), part(weights, 1, 2), part(weights, 1, 2)]],
    ['more parts than announced', [part(weights, 0, 1), part(weights, 1, 1)]],
    ['a configuration of megabytes', [part(config, 0, 1, 'A'.repeat(2 ** 21))]],
    [
      'a configuration of megabytes, between parts of the other file',
      Array.from({ length: 4 }, (_, i) => [part(config, i, 9, 'A'.repeat(2 ** 19)), part(weights, 0, 9)]).flat(),
    ],
  ])('with %s is refused as damaged', (_what, parts) => {
    const received = new ReceivedAdapter();
    expect(() => {
      for (const one of parts) received.part(one);
    }).toThrow('damaged');
  });
});

describe('a server that only claims to be Ray', () => {
  const { signal } = new AbortController();
  let answer: (response: ServerResponse) => void;
  let jobs: RayJobs;
  const server = createServer((_, response) => answer(response));
  beforeEach(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jobs = new RayJobs(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, undefined, 1);
  });
  afterEach(async () => {
    await jobs.dispose();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const job = { submissionId: 'repotune-a', entrypoint: '', workingDir: 'gcs://x', packages: null, metadata: {} };

  it('is cut off when it answers without end', async () => {
    answer = (response) => {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write(' '.repeat(1 << 20), more);
      };
      more();
    };
    await expect(jobs.version(signal)).rejects.toMatchObject({ problem: 'too-large' });
    await expect(jobs.info('repotune-a', signal)).rejects.toMatchObject({ problem: 'too-large' });
  });

  it('is rejected when it gives the job another id', async () => {
    answer = (response) => response.end(JSON.stringify({ submission_id: '../../elsewhere' }));
    await expect(jobs.submit(job, signal)).rejects.toMatchObject({ problem: 'not-ray' });
  });

  it('is rejected when its version is kilobytes long', async () => {
    answer = (response) => response.end(JSON.stringify({ version: '4', ray_version: `1.0${'x'.repeat(5000)}` }));
    await expect(jobs.version(signal)).rejects.toMatchObject({ problem: 'not-ray' });
  });
});
