/** Describes an adapter's shape: one wording for the command line and the editor. Pure. */

import type { Manifest } from '../protocol/manifest.ts';
import { megabytes } from './format.ts';

type Shaped = {
  readonly adapter: Omit<Manifest['adapter'], 'sha256'>;
  readonly training: Pick<Manifest['training'], 'adapterScale'>;
};

export function shapeText({ adapter, training: { adapterScale = 1 } }: Shaped): string {
  const { rank, alpha, rsLora, sizeBytes } = adapter;
  const share = adapterScale === 1 ? '' : ` (applied at ${adapterScale})`;
  return `rank ${rank}, alpha ${alpha}${share}${rsLora ? ', rsLoRA' : ''}, ${megabytes(sizeBytes)}`;
}
