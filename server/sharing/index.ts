export type { SharedVersion } from './catalogue.ts';
export { ShareError, type ShareProblem } from './errors.ts';
export type { PruneRule } from './prune.ts';
export type { Signature, SignaturePolicy } from './signatures.ts';
export { type Offer, type ShareList, type ShareOptions, TeamShare } from './teamShare.ts';
