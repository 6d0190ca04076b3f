/** How warm the machine is: unrequested work must not make the fans audible. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LINUX_ZONES = '/sys/class/thermal';
/** A zone counts as warm this far below the temperature at which the system throttles. */
const BELOW_TRIP = 10;
/** For a processor's zone without such a temperature. */
const WARM_PROCESSOR = 80;
const PROCESSOR = /x86_pkg_temp|cpu|soc|package|core/i;
/** An unconnected sensor may report anything. */
const BELIEVED = { from: 1, to: 125 } as const;

export interface Warmth {
  /** The system's name for it. */
  readonly zone: string;
  readonly celsius: number;
}

/** A zone that is warm; null if none is, or if the system does not tell. */
export async function warmZone(zones: string = LINUX_ZONES): Promise<Warmth | null> {
  const names = (await readdir(zones).catch(() => [])).filter((name) => name.startsWith('thermal_zone'));
  const warm = await Promise.all(names.map((name) => lookAt(join(zones, name))));
  return warm.find((one) => one !== null) ?? null;
}

async function lookAt(dir: string): Promise<Warmth | null> {
  const read = async (name: string): Promise<string> =>
    (await readFile(join(dir, name), 'utf8').catch(() => '')).trim();
  const zone = await read('type');
  const celsius = degrees(await read('temp'));
  if (celsius === null) return null;
  const files = await readdir(dir).catch(() => []);
  const trips: number[] = [];
  for (const file of files) {
    const [, which] = /^trip_point_(\d+)_type$/.exec(file) ?? [];
    if (which === undefined || !/^(?:passive|hot|critical)$/.test(await read(file))) continue;
    const at = degrees(await read(`trip_point_${which}_temp`));
    if (at !== null) trips.push(at);
  }
  const from = trips.length > 0 ? Math.min(...trips) - BELOW_TRIP : PROCESSOR.test(zone) ? WARM_PROCESSOR : null;
  return from !== null && celsius >= from ? { zone, celsius } : null;
}

/** From thousandths of a degree; null if it is not a number in range. */
function degrees(text: string): number | null {
  const value = text === '' ? Number.NaN : Number(text) / 1000;
  return value >= BELIEVED.from && value <= BELIEVED.to ? Math.round(value) : null;
}
