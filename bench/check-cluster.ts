// npm run check:cluster: `--help` says what it does.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { report } from '../server/common/bars.ts';
import { bundledModelPath, packageRoot } from '../server/storage/paths.ts';
import { account } from './cluster/accounting.ts';
import { clusterBars, lostWorkers } from './cluster/bars.ts';
import { besideLocal } from './cluster/besideLocal.ts';
import { must, pythonFor } from './cluster/environment.ts';
import { LocalRay } from './cluster/localRay.ts';
import { recordingProxy } from './cluster/recordingProxy.ts';
import { checkRepositories } from './cluster/repositories.ts';
import { inTheMiddle, submit } from './cluster/submitHere.ts';
import { commandLine, wholeNumber } from './commandLine.ts';

const USAGE = `usage: npm run check:cluster -- [--python PYTHON] [--steps N] [--json]

Two repositories are tuned on a real Ray cluster of two workers on this machine, one of which is taken away midway. The adapters
come back before the gate; our own trainer runs beside on the same rows; every byte that was sent is accounted for.

options:
  --python PYTHON   an interpreter that has the packages; without, they are installed once
  --steps N         of each tune (30)
  --json            end with one line of JSON`;

const { values } = commandLine(USAGE, {
  python: { type: 'string' },
  steps: { type: 'string', default: '30' },
});
const say = (line: string): void => {
  if (!values.json) console.log(line);
};
const script = (name: string): string => join(packageRoot, 'bench', 'cluster', name);
const steps = wholeNumber('--steps', values.steps);
const work = await mkdtemp(join(tmpdir(), 'rtc-'));
try {
  const python = pythonFor(values.python, say);
  const base = join(work, 'base');
  say('Converting the bundled base');
  must(python, [script('convertBase.py'), bundledModelPath(), base]);
  say('Making two repositories');
  const repositories = await checkRepositories(join(work, 'repositories'));
  say('Starting Ray');
  const ray = await LocalRay.start(python, join(work, 'ray'));
  const proxy = await recordingProxy(ray.address);
  try {
    say('Tuning');
    const { outcomes } = submit(
      [
        ...repositories.map(({ folder }) => folder),
        ...['--address', proxy.address, '--trust-address', '--base', base, '--device', 'cpu', '--installed'],
        ...['--steps', String(steps)],
      ],
      { REPOTUNE_DATA: join(work, 'data') },
    );
    const lost = (await inTheMiddle(ray.address, repositories.length, Math.ceil(steps / 3), outcomes))
      ? await ray.loseWorker()
      : null;
    say(lost === null ? 'No worker was taken away: the job was over' : 'One worker was taken away');
    const ended = await outcomes;
    await ray.stop();

    say('Accounting for what was sent');
    const accounted = await account(
      proxy.sent,
      repositories.map(({ learned }) => learned),
      repositories.flatMap(({ marks }) => marks),
      base,
    );
    const job = join(work, 'job');
    for (const [name, bytes] of accounted.job) {
      await mkdir(dirname(join(job, name)), { recursive: true });
      await writeFile(join(job, name), bytes);
    }
    const strange = repositories.map((_, i) =>
      JSON.parse(must(python, [script('rowsSay.py'), job, base, join(job, String(i + 1), 'train.jsonl')])),
    );
    const outside = strange.reduce((sum, { bytes }) => sum + bytes, accounted.outside);

    say('Taking the same steps here');
    const finished = ended.flatMap((outcome) => (outcome.kind === 'done' ? [outcome] : []));
    const beside = [];
    for (const [i, { folder }] of repositories.entries()) {
      const outcome = finished.find((one) => one.folder === folder);
      if (outcome === undefined) continue;
      const taken = join(work, 'steps', String(i + 1));
      await mkdir(taken, { recursive: true });
      must(python, [script('stepsOf.py'), job, base, String(i + 1), taken]);
      beside.push(await besideLocal(folder, String(outcome.result['adapterId']), taken, bundledModelPath()));
    }
    const { bytes: bytesSent, found } = accounted;
    const seen = { outcomes: ended, beside, bytesSent, bytesOutside: outside };
    report(clusterBars(seen), values.json, {
      bytesSent,
      found,
      lostWorkers: lostWorkers(ended),
      beside,
      outcomes: ended,
    });
  } finally {
    proxy.close();
    await ray.stop();
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
