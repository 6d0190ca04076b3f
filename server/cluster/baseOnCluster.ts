/** The base in the form a cluster needs: the weights that a GGUF file was made from. */
import { catalogue } from '../models/catalogue.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { ClusterError } from './errors.ts';

/** `named` wins. @throws {ClusterError} if unknown: otherwise another base with the same vocabulary might be tuned unnoticed. */
export async function baseOnCluster(named: string | undefined, modelPath: string): Promise<string> {
  if (named !== undefined && named.trim() !== '') return named.trim();
  const sha256 = await sha256OfModel(modelPath);
  const known = catalogue.find((entry) => 'sha256' in entry && entry.sha256 === sha256);
  if (known !== undefined) return known.original;
  throw new ClusterError(
    'no-base',
    `It is not known which model ${modelPath} was made from. Name it in the setting repotune.cluster.base (on the command line: --base): a model of the Hugging Face hub, or a folder that every machine of the cluster has.`,
  );
}
