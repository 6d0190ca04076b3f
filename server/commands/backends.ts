/** `repotune backends`: GPU plug-ins, those here and those to download. */
import { rm } from 'node:fs/promises';
import { installBackend } from '../backends/install.ts';
import { downloadedBackendPath, gpuBackendPath } from '../backends/plugIns.ts';
import { archiveUrl } from '../backends/registry.ts';
import { backendDownload, backendDownloads } from '../common/backendCatalogue.ts';
import { megabytes } from '../common/format.ts';
import { type Command, parse, UsageError } from './command.ts';
import { StatusLine } from './terminal.ts';

export const backendsCommand: Command = {
  summary: 'GPU backends: those here, and CUDA to download (checked by its hash).',
  usage: '[list | get cuda | delete cuda] [--proxy url] [--json]',
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      json: { type: 'boolean', default: false },
      proxy: { type: 'string' },
    });
    const [action = 'list', name = 'cuda'] = positionals;
    if (action === 'list') return list(values.json);
    const download = backendDownload(name);
    if (download === null) {
      const known = backendDownloads.map(({ backend, platform }) => `${backend} for ${platform}`).join(', ');
      throw new Error(`There is no download of ${name} for ${process.platform}-${process.arch}. There is: ${known}.`);
    }
    const target = downloadedBackendPath(download.backend);
    if (action === 'delete') {
      await rm(target, { force: true });
      console.log(values.json ? JSON.stringify({ deleted: target }) : `${target} is deleted.`);
      return 0;
    }
    if (action !== 'get') throw new UsageError(`there is no action ${action}`);
    const line = new StatusLine(process.stderr);
    const outcome = await installBackend(download, {
      url: await archiveUrl(download),
      target,
      signal,
      onProgress: (done, total) => line.show(`${megabytes(done)} of ${megabytes(total)}`),
      ...(values.proxy ? { proxy: values.proxy } : {}),
    });
    line.clear();
    if (outcome.kind === 'failed') throw new Error(outcome.message);
    if (outcome.kind === 'cancelled') throw new Error('Stopped. What arrived is kept: run the same again to go on.');
    console.log(values.json ? JSON.stringify(outcome) : `${outcome.path}\nIt needs ${download.needs}.`);
    return 0;
  },
};

function list(json: boolean): number {
  const backends = (['vulkan', 'cuda'] as const).map((backend) => ({
    backend,
    path: gpuBackendPath(backend),
    download: backendDownload(backend),
  }));
  if (json) console.log(JSON.stringify({ backends }));
  else
    for (const { backend, path, download } of backends)
      console.log(
        `${backend.padEnd(7)} ${path ?? (download ? `to download: repotune backends get ${backend} (${megabytes(download.bytes)}; needs ${download.needs})` : 'not for this platform')}`,
      );
  return 0;
}
