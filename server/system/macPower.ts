/** Whether a Mac draws from its battery. */
import { execFile } from 'node:child_process';

const MOST_MS = 2000;

/** false if the system does not tell. */
export async function macOnBattery(): Promise<boolean> {
  return await new Promise((resolve) => {
    execFile('/usr/bin/pmset', ['-g', 'batt'], { timeout: MOST_MS }, (error, stdout) => {
      resolve(error === null && drawsFromBattery(stdout));
    });
  });
}

/** From the output of `pmset -g batt`, which names the source of power in its first line. */
export function drawsFromBattery(batt: string): boolean {
  return /^Now drawing from '(?:Battery|UPS) Power'/m.test(batt);
}
