/** `repotune backends`: GPU plug-ins, installed and downloadable. */
import { installBackend, removeBackend } from '../backends/install.ts';
import { downloadedBackendPath, gpuBackendPath } from '../backends/plugIns.ts';
import { archiveUrl } from '../backends/registry.ts';
import { backendDownload, backendDownloads } from '../common/backendCatalogue.ts';
import { megabytes } from '../common/format.ts';
import { type Command, parse, requireNone, requireOwnFlags, UsageError } from './command.ts';
import { StatusLine } from './terminal.ts';

export const backendsCommand: Command = {
  summary: 'Lists the GPU backends, and downloads the CUDA backend, for CUDA 13 or 12 (checked by its hash).',
  usage: '[list | get cuda | get cuda12 | delete cuda] [--proxy url] [--json]',
  async run(args, signal) {
    const { values, positionals } = parse(args, {
      json: { type: 'boolean', default: false },
      proxy: { type: 'string' },
    });
    const [action = 'list', named, ...more] = positionals;
    if (action === 'list') requireNone(action, [named], 'backend');
    if (more.length > 0) throw new UsageError('name only one backend');
    requireOwnFlags(action, values, { proxy: ['get'] });
    if (action === 'list') return list(values.json);
    const name = named ?? 'cuda';
    const download = backendDownload(name);
    if (download === null) {
      const known = backendDownloads.map(({ name: known, platform }) => `${known} for ${platform}`).join(', ');
      throw new Error(`${name} cannot be downloaded for ${process.platform}-${process.arch}. Available: ${known}.`);
    }
    const target = downloadedBackendPath(download.backend);
    if (action === 'delete') {
      if (!(await removeBackend(target))) throw new Error(`There is no ${target} to delete: it was not downloaded.`);
      console.log(values.json ? JSON.stringify({ deleted: target }) : `${target} was deleted.`);
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
    if (outcome.kind === 'cancelled') {
      console.error('repotune: stopped. What has arrived is kept: run the same command again to resume.');
      return 130;
    }
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
        `${backend.padEnd(7)} ${path ?? (download ? `not installed; run: repotune backends get ${backend} (${megabytes(download.bytes)}; needs ${download.needs})` : 'not available for this platform')}`,
      );
  return 0;
}
