export { MiningError } from './errors.ts';
export { mineRepository } from './mine.ts';
