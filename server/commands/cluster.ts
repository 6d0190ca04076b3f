import { listSubmissions } from '../cluster/submission.ts';
import { CLUSTER_DEVICES } from '../protocol/cluster.ts';
import { dataFolder } from '../storage/paths.ts';
import { type Action, type Flags, ONLY_FOR, read } from './clusterFlags.ts';
import { follow, stop, take } from './clusterFollowing.ts';
import { packOnly, submit } from './clusterSending.ts';
import { describeSubmissions } from './clusterText.ts';
import { actionOf, type Command, requireNone, requireOwnFlags } from './command.ts';

const actions: Readonly<Record<string, Action>> = { submit, pack: packOnly, follow, take, stop, list };

export const clusterCommand: Command = {
  summary: "Tunes on a team's Ray cluster: packs and sends the rows, follows the job, fetches and judges the adapters.",
  usage: `[submit folder… --address URL [--base name] | pack folder… | follow submission \
        | take submission --from path | stop submission | list]
       submit, pack: [--model file.gguf] [--base name] [--device ${CLUSTER_DEVICES.join('|')}] [--cpus n] [--installed] \
         [--rank n] [--alpha n] [--learning-rate x] [--seed n] [--steps n]
       submit, follow, take: [--publish [--remote name-or-address]]
       all: [--json]
       submit: [--detach] [--yes] [--trust-address]
         --base: the model on the cluster that the GGUF file was made from; --installed: the cluster has the Python packages`,
  async run(args, signal) {
    const { values, positionals } = read(args);
    const [name = 'list', ...names] = positionals;
    const action = actionOf(actions, name);
    requireOwnFlags(name, values, ONLY_FOR);
    return await action(names, values, signal);
  },
};

async function list(names: readonly string[], { json }: Flags): Promise<number> {
  requireNone('list', names, 'submission');
  const listed = await listSubmissions(dataFolder());
  console.log(json ? JSON.stringify(listed) : describeSubmissions(listed));
  return 0;
}
