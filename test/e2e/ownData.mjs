import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes everything that this process starts from now on, editors and command lines, keep its data in a folder below `scratch` instead of
 * the user's. Returns that folder, and what was still written outside it: the platform's data folder is below `scratch` too (on Linux;
 * elsewhere it cannot be moved), so that nothing reaches the user's own data and no other window counts.
 */
export function ownData(scratch) {
  const data = join(scratch, 'data');
  const platforms = join(scratch, 'platform-data');
  process.env.REPOTUNE_DATA = data;
  process.env.XDG_DATA_HOME = platforms;
  const strayed = () => {
    const beside = join(platforms, 'repotune');
    return existsSync(beside) ? readdirSync(beside, { recursive: true }) : [];
  };
  return { data, strayed };
}
