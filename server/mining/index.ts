export { MiningError } from './errors.ts';
export { mineOnce, mineRepository } from './mine.ts';
