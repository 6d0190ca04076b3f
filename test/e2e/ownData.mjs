import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What this process starts from now on, editors and command lines, keeps its data in a folder of its own below `scratch`, and not among
 * the data of whoever runs it. Answers with that folder, and with what was written beside it all the same: the platform's place for data
 * lies below `scratch` too (Linux; elsewhere nothing moves it), so that nothing reaches the person's own and nobody else's window counts.
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
