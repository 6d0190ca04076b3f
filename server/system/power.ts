/** Whether the machine is on battery: then nothing is generated ahead, and completions wait for a longer pause in typing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { macOnBattery } from './macPower.ts';
import { windowsOnBattery } from './windowsPower.ts';

const LINUX_SUPPLIES = '/sys/class/power_supply';
const ASK_AGAIN_AFTER_MS = 60_000;

/** false if unknown, and on desktops. */
export async function runsOnBattery(supplies: string = LINUX_SUPPLIES): Promise<boolean> {
  if (process.platform === 'darwin') return await macOnBattery();
  if (process.platform === 'win32') return windowsOnBattery();
  const names = await readdir(supplies).catch(() => []);
  const read = async (name: string, file: string): Promise<string> =>
    (await readFile(join(supplies, name, file), 'utf8').catch(() => '')).trim();
  let discharging = false;
  for (const name of names) {
    const type = await read(name, 'type');
    if (type === 'Mains' || type === 'USB') {
      if ((await read(name, 'online')) === '1') return false;
    } else if (type === 'Battery' && (await read(name, 'scope')) !== 'Device') {
      discharging ||= (await read(name, 'status')) === 'Discharging';
    }
  }
  return discharging;
}

/** The latest answer, refreshed at most every minute, when needed. */
export class Power {
  readonly #ask: () => Promise<boolean>;
  readonly #nowMs: () => number;
  #onBattery = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(ask: () => Promise<boolean>, nowMs: () => number) {
    this.#ask = ask;
    this.#nowMs = nowMs;
  }

  get onBattery(): boolean {
    if (this.#nowMs() - this.#askedAtMs > ASK_AGAIN_AFTER_MS) {
      this.#askedAtMs = this.#nowMs();
      void this.#ask().then((answer) => {
        this.#onBattery = answer;
      });
    }
    return this.#onBattery;
  }
}
