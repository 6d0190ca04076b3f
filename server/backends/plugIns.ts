/** Paths of GPU backends. Pure look-ups, as in `storage/paths.ts`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LIBRARIES_RELEASE } from '../common/backendCatalogue.ts';
import { dataFolder, packageRoot, platformFolder } from '../storage/paths.ts';

/**
 * Path of a GPU backend's plug-in, or null if it is missing. The package has it apart from the libraries: ggml loads every backend in that
 * folder, and using the CPU must not touch a driver.
 */
export function gpuBackendPath(backend: 'vulkan' | 'cuda'): string | null {
  const name = plugInName(backend);
  const folder = `${platformFolder()}-${backend}`;
  const candidates = [
    join(packageRoot, 'dist', 'native', 'gpu', name),
    downloadedBackendPath(backend),
    join(packageRoot, 'node_modules', '@node-llama-cpp', folder, 'bins', folder, name),
  ];
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** Path of a downloaded plug-in: by the release it fits, since it survives an update of the extension. */
export function downloadedBackendPath(backend: 'vulkan' | 'cuda'): string {
  return join(dataFolder(), 'backends', LIBRARIES_RELEASE, plugInName(backend));
}

function plugInName(backend: string): string {
  return process.platform === 'win32' ? `ggml-${backend}.dll` : `libggml-${backend}.so`;
}
