/** Whether Windows draws from its battery. Node cannot ask, and a PowerShell takes a second: a library of a few lines can (`native/power/`). */
import { createRequire } from 'node:module';

interface PowerLibrary {
  onBattery(): boolean;
}

let library: PowerLibrary | null | undefined;

/** false if the system does not tell. `load` is called once. */
export function windowsOnBattery(load = loadPackaged): boolean {
  if (library === undefined) {
    try {
      library = load();
    } catch {
      library = null;
    }
  }
  return library?.onBattery() ?? false;
}

/** It is built for packages alone, as the addon is on Windows: beside the bundle that this is part of. */
function loadPackaged(): PowerLibrary {
  return createRequire(import.meta.url)('./native/power.node') as PowerLibrary;
}
