/** The doctor's checks without native code in its own process: machine, versions, git, store, adapters, model file, GPU backends. */

import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { AdapterStore } from '../adapters/store.ts';
import { gpuBackendPath } from '../backends/plugIns.ts';
import { fileSize } from '../common/format.ts';
import { messageOf } from '../common/messageOf.ts';
import { toolVersion } from '../common/version.ts';
import { computeDevices } from '../engine/devices.ts';
import { hasGpu } from '../engine/gpuBackends.ts';
import type { DeviceChoice } from '../engine/types.ts';
import { gitVersion } from '../git/run.ts';
import { inspectTrainable } from '../models/inspect.ts';
import { fileProblem } from '../storage/fileErrors.ts';
import { freeBytes } from '../storage/freeBytes.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { availableMemory, totalMemory } from '../system/availableMemory.ts';
import { cpuFeatures } from '../system/cpuFeatures.ts';
import { type Finding, fine, wrong } from './finding.ts';

export async function versions(): Promise<Finding> {
  const { node, electron, v8 } = process.versions;
  return fine('versions', `Repotune ${toolVersion}, Node ${node}${electron ? `, Electron ${electron}` : ''}, V8 ${v8}`);
}

export async function machine(): Promise<Finding> {
  const name = cpus()[0]?.model.trim() || 'unknown CPU';
  const memory = `${fileSize(availableMemory())} of ${fileSize(totalMemory())} free`;
  return fine(
    'machine',
    `${process.platform}-${process.arch}, ${name}, ${availableParallelism()} logical processors, ${memory}`,
  );
}

export async function processor(): Promise<Finding> {
  const features = await cpuFeatures();
  return fine('CPU', features.length > 0 ? features.join(' ') : 'this system does not report its features');
}

/** Which plug-ins are installed, whether `auto` would try them, and the devices found that `device` may mean. */
export async function devices(device: DeviceChoice): Promise<Finding> {
  const found = (['cuda', 'vulkan'] as const).filter((backend) => gpuBackendPath(backend) !== null);
  const plugIns = process.platform === 'darwin' ? ['metal', ...found] : found;
  const reported = hasGpu() ? 'the system reports a GPU' : 'the system reports no GPU';
  const used = device === 'auto' ? (hasGpu() ? '' : ', so the CPU is used') : `; the device ${device} is chosen`;
  const listed = (await computeDevices(device)).map(({ description, freeBytes, totalBytes, bytesPerSecond }) => {
    const speed = bytesPerSecond > 0 ? `, reads ${fileSize(bytesPerSecond)} a second` : '';
    return `${description}, ${fileSize(freeBytes)} of ${fileSize(totalBytes)} free${speed}`;
  });
  return fine('devices', [`backends: ${['cpu', ...plugIns].join(', ')}; ${reported}${used}`, ...listed].join('; '));
}

export async function git(): Promise<Finding> {
  try {
    return fine('git', await gitVersion());
  } catch (error) {
    return wrong('git', `${messageOf(error)} Without git, folders are tuned without their history.`);
  }
}

export async function store(folder: string): Promise<Finding> {
  let dir: string;
  try {
    ({ dir } = await AdapterStore.of(folder));
  } catch (error) {
    // git refuses the folder: that is reported, and the other checks continue.
    return wrong('store', error);
  }
  const probe = join(dir, `.probe-${process.pid}`);
  try {
    await makeStoreFolder(dir);
    await writeFile(probe, '');
    await rm(probe);
    const free = await freeBytes(dir);
    return fine('store', free === null ? dir : `${dir}, ${fileSize(free)} free on disk`);
  } catch (error) {
    return wrong('store', fileProblem(error)?.sentence ?? `${dir} cannot be written (${messageOf(error)}).`);
  }
}

export async function adapters(folder: string): Promise<Finding> {
  try {
    const { adapters: versionsHere, damaged } = await (await AdapterStore.of(folder)).list();
    const active = versionsHere.find((version) => version.active);
    const serving = active ? `${active.manifest.name} (${active.id}) is active` : 'the base model is used alone';
    const detail = `${versionsHere.length} here, ${serving}`;
    if (damaged.length === 0) return fine('adapters', detail);
    const named = (newer: boolean): string => damaged.flatMap((one) => (one.newer === newer ? one.id : [])).join(', ');
    return wrong(
      'adapters',
      [
        `${detail}${named(false) && `; damaged: ${named(false)}. Delete or pull them again`}.`,
        ...(named(true) ? [`Stored by a newer release of Repotune: ${named(true)}. Update this one to use them.`] : []),
      ].join(' '),
    );
  } catch (error) {
    return wrong('adapters', error);
  }
}

export async function model(path: string): Promise<Finding> {
  try {
    const { name, architecture, parameters, weightType } = await inspectTrainable(path);
    const millions = (parameters / 1e6).toFixed(0);
    return fine('model', `${name}, ${architecture}, ${millions} M parameters, ${weightType}, ${path}`);
  } catch (error) {
    return wrong('model', error);
  }
}
