import type { Finding } from '../doctor/finding.ts';
import { memoryPlan, selfTest, trainingDevices } from '../doctor/selfTest.ts';
import { adapters, devices, git, machine, model, processor, store, versions } from '../doctor/surroundings.ts';
import { resolveModel } from '../models/bundled.ts';
import { type Command, DEVICES, oneOf, parse, UsageError } from './command.ts';
import { folderAt } from './inputs.ts';

export const doctorCommand: Command = {
  summary: 'Checks that everything Repotune needs is installed and works, and says how to fix what does not.',
  usage: `[--folder path] [--model file.gguf] [--device ${DEVICES.join('|')}] [--json]`,
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      folder: { type: 'string' },
      model: { type: 'string' },
      device: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 0) throw new UsageError('name the folder with --folder');
    const folder = await folderAt(values.folder);
    const modelPath = resolveModel(values.model);
    const device = oneOf(values.device, 'device', DEVICES) ?? 'auto';
    const findings: Finding[] = [];
    const look = async (check: () => Promise<Finding>): Promise<boolean> => {
      const finding = await check();
      signal.throwIfAborted();
      findings.push(finding);
      if (!values.json) console.log(`${finding.ok ? 'ok  ' : 'FAIL'} ${finding.what.padEnd(8)} ${finding.detail}`);
      return finding.ok;
    };
    for (const check of [versions, machine, processor, () => devices(device), git]) await look(check);
    await look(() => store(folder));
    await look(() => adapters(folder));
    const usable = (await look(() => model(modelPath))) && (await look(() => selfTest(modelPath, device, signal)));
    if (usable) await look(() => memoryPlan(modelPath, folder));
    if (usable) await look(() => trainingDevices(modelPath, folder, device, signal));
    if (values.json) console.log(JSON.stringify({ findings }));
    return findings.every(({ ok }) => ok) ? 0 : 1;
  },
};
