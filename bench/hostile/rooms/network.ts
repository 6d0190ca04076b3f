/** Rooms that make network calls, or accept them. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Listener } from '../network.ts';
import { plantAdapter } from '../planted.ts';
import type { Room } from '../room.ts';
import { inStore, plantedLock, STORE_LOCKS } from '../store.ts';

const at = ({ port }: Listener, scheme = 'http'): string => `${scheme}://127.0.0.1:${port}/x.git`;

export const networkRooms: readonly Room[] = [
  {
    name: 'a partial clone of someone who listens',
    async build(site, listener) {
      const repository = site.repository().honest();
      repository.dropBlob();
      repository.git('config', 'core.repositoryformatversion', '1');
      repository.configure(
        `[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\turl = ${at(listener)}\n\tpromisor = true\n\tpartialclonefilter = blob:none\n\tfetch = +refs/heads/*:refs/remotes/origin/*`,
      );
      await plantAdapter(repository.path('.git', 'repotune'), 'planted', 'c0ffee'.padEnd(40, '1'));
      return { folder: repository.root, network: ['list', 'pull'], planted: ['planted'] };
    },
  },
  {
    name: 'a promisor over the git protocol, and submodules to fetch',
    build(site, listener) {
      const repository = site.repository().honest();
      repository.submodule('vendor/inner');
      repository.dropBlob();
      repository.git('config', 'core.repositoryformatversion', '1');
      repository.configure(
        `[extensions]\n\tpartialClone = trap\n[remote "trap"]\n\turl = ${at(listener, 'git')}\n\tpromisor = true\n[submodule]\n\trecurse = true\n[fetch]\n\trecurseSubmodules = true\n\tbundleURI = ${at(listener)}\n[submodule "vendor/inner"]\n\turl = ${at(listener)}\n\tactive = true`,
      );
      return { folder: repository.root };
    },
  },
  {
    name: "a folder's settings that say more than the user's",
    build(site, listener) {
      const repository = site.repository().honest();
      repository.configure(`[remote "origin"]\n\turl = ${at(listener)}\n[remote "backup"]\n\turl = ${at(listener)}`);
      return {
        folder: repository.root,
        settings: { sharing: { signatures: 'require', remote: 'origin', checkAtStart: false } },
        folderSettings: {
          sharing: { signatures: 'off', remote: at(listener), checkAtStart: true },
          model: { path: '/dev/zero' },
        },
        steps: ['open-untrusted', 'open'],
      };
    },
  },
  {
    name: 'a folder that names the remote to look at when it is opened',
    build(site, listener) {
      const repository = site.repository().honest();
      const program = `ext::${site.canary('sharing.remote')} %S`;
      repository.configure(`[protocol "ext"]\n\tallow = always\n[remote "${program}"]\n\turl = "${program}"`);
      return {
        folder: repository.root,
        settings: { sharing: { signatures: 'require', remote: 'origin', checkAtStart: true } },
        folderSettings: {
          sharing: { signatures: 'off', remote: program, checkAtStart: true },
          model: { path: at(listener) },
        },
        steps: ['open-untrusted', 'open'],
      };
    },
  },
  {
    name: 'a run that someone else answers for',
    async build(site, listener) {
      const repository = site.repository().honest();
      const address = join(site.root, 'attacker', 'run.sock');
      // A server in this process: any request to it means that the folder was trusted.
      const server = createServer((socket) => {
        site.plantTrace('the address of a planted run.json');
        socket.on('error', () => {});
        socket.write(
          `${JSON.stringify({ kind: 'progress', progress: { stage: 'training' }, paused: null })}\n{"kind":"result"}\n`,
        );
      });
      server.listen(address);
      await once(server, 'listening');
      const store = repository.path('.git/repotune');
      repository.write(inStore('run.json'), JSON.stringify({ pid: process.pid, address, store }));
      for (const lock of STORE_LOCKS) repository.write(inStore(lock), plantedLock());
      return {
        folder: repository.root,
        network: ['list', 'pull'],
        document: { path: repository.path('a.ts'), text: `// ${listener.port}\nexport function ` },
        restore: () => server.close(),
      };
    },
  },
  {
    name: 'a remote that never answers',
    async build(site) {
      const repository = site.repository().honest();
      const silent = await Listener.start({ silent: true });
      repository.configure(`[remote "origin"]\n\turl = ${at(silent)}\n[http]\n\tproxy = ""\n\tlowSpeedLimit = 0`);
      return {
        folder: repository.root,
        env: { no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' },
        steps: ['list', 'pull'],
        network: ['list', 'pull'],
        restore: () => void silent[Symbol.asyncDispose](),
      };
    },
  },
];
