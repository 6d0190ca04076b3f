import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** NVIDIA's identifier as a vendor of PCI devices. */
const VENDOR = '0x10de';

/**
 * Whether this machine may have an NVIDIA GPU: its driver is loaded, or Windows may share one with WSL, or there is a card whose driver is
 * still missing. Only Linux is asked; elsewhere, who knows. `root`: of the file system.
 */
export async function mayHaveNvidia(platform: NodeJS.Platform = process.platform, root = '/'): Promise<boolean> {
  if (platform !== 'linux') return true;
  const nodes = ['dev/nvidiactl', 'dev/dxg'].map((name) =>
    access(join(root, name)).then(
      () => true,
      () => false,
    ),
  );
  const devices = join(root, 'sys/bus/pci/devices');
  const cards = (await readdir(devices).catch(() => [])).map((name) =>
    readFile(join(devices, name, 'vendor'), 'utf8').then(
      (vendor) => vendor.trim() === VENDOR,
      () => false,
    ),
  );
  return (await Promise.all([...nodes, ...cards])).includes(true);
}
