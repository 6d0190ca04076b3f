/** Rooms with a store, a cache or a remote that someone else filled. */
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { plantAdapter } from '../planted.ts';
import { HostileRepository } from '../repository.ts';
import type { Room } from '../room.ts';
import { inStore, STORE_FILES } from '../store.ts';
import { moduleOf } from '../text.ts';

export const storeRooms: readonly Room[] = [
  {
    name: 'an adapter that came with a copied .git',
    async build(site) {
      const repository = site.repository().honest();
      await plantAdapter(repository.path('.git', 'repotune'), 'planted', repository.head());
      return { folder: repository.root, planted: ['planted'] };
    },
  },
  {
    name: 'an adapter with a commit that is an option',
    async build(site) {
      const repository = site.repository().honest();
      const store = repository.path('.git', 'repotune');
      await plantAdapter(store, 'planted', `--output=${join(site.outside, 'notes.ts')}`);
      await plantAdapter(store, 'second', '--all');
      return { folder: repository.root, planted: ['planted', 'second'] };
    },
  },
  {
    name: 'a store full of nonsense',
    build(site) {
      const repository = site.repository().honest();
      const store = '.git/repotune';
      repository
        .write(inStore('mining.cache'), 'nonsense'.repeat(5000))
        .write(
          inStore('state.json'),
          `{"format":1,"active":"${'../'.repeat(9)}outside","history":[],"names":{"__proto__":"x"}}`,
        )
        .write(inStore('routes.json'), `[${'['.repeat(50_000)}`)
        .write(inStore('liveComparison.json'), '{"__proto__":{"polluted":true}}')
        .write(`${store}/versions/..%2f/manifest.json`, '{}')
        .write(`${store}/versions/-x/manifest.json`, '{}')
        .write(
          `${store}/share.git/config`,
          `[core]\n\tfsmonitor = "${site.canary('share.git fsmonitor')}"\n\tsshCommand = "${site.canary('share.git sshCommand')}"\n\tbare = true\n`,
        )
        .write(`${store}/share.git/HEAD`, 'ref: refs/heads/main\n')
        .write(`${store}/share.git/objects/info/alternates`, `${site.outside}\n`)
        .write(`${store}/share.git/refs/heads/.keep`, '');
      for (const hook of ['reference-transaction', 'post-update', 'pre-receive', 'update', 'pre-push'])
        site.plant(repository.path(store, 'share.git', 'hooks', hook), `share.git hooks/${hook}`);
      const bare = new HostileRepository(join(site.root, 'work', 'team.git'), ['--bare']);
      repository.configure(`[remote "origin"]\n\turl = "file://${bare.root}"`);
      return { folder: repository.root };
    },
  },
  {
    name: 'files of the store that are too large',
    build(site) {
      const repository = site.repository().honest();
      for (const name of [...STORE_FILES, 'versions/big/manifest.json', 'versions/big/adapter.gguf']) {
        repository.write(`.git/repotune/${name}`, '');
        const file = openSync(repository.path('.git', 'repotune', name), 'r+');
        // Sparse: it takes no disk space.
        ftruncateSync(file, 20 * 2 ** 30);
        closeSync(file);
      }
      return { folder: repository.root };
    },
  },
  {
    name: 'a hostile remote',
    build(site) {
      const remote = new HostileRepository(join(site.root, 'work', 'team')).honest(2);
      // Fake adapters with every extreme of names, sizes and paths.
      const file = join('..', '..', 'outside', 'notes.ts');
      for (const [id, manifest] of Object.entries({
        'a-version': {
          format: 1,
          id: '../../outside',
          name: '\u001b[2J\u001b]0;x\u0007',
          createdAt: 'x',
          parts: [{ sha256: '0'.repeat(64), sizeBytes: 1e15 }],
        },
        'b-version': '['.repeat(100_000),
        'c-version': { format: 1, parts: Array.from({ length: 5000 }, () => ({ sha256: '', sizeBytes: -1 })), file },
      })) {
        const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
        const blob = remote.gitWith(['hash-object', '-w', '--stdin'], text);
        const tree = remote.gitWith(
          ['mktree'],
          `100644 blob ${blob}\tmanifest.json\n100644 blob ${blob}\tparts.json\n120000 blob ${remote.gitWith(['hash-object', '-w', '--stdin'], file)}\tadapter.gguf\n`,
        );
        const commit = remote.git('commit-tree', '-m', `x\n\nSigned-off-by: ${'x'.repeat(5000)}`, tree);
        remote.git('update-ref', `refs/repotune/main/manifest/${id}`, commit);
        remote.git('update-ref', `refs/repotune/main/adapter/${id}/000`, commit);
      }
      for (const name of ['--upload-pack=x', '..x', 'd-version/000/more', 'A_B'])
        remote.write(`.git/refs/repotune/main/manifest/${name}`, `${remote.head()}\n`);
      for (const hook of [
        'post-upload-pack',
        'pre-receive',
        'update',
        'reference-transaction',
        'proc-receive',
        'post-update',
      ])
        site.plant(remote.path('.git', 'hooks', hook), `remote hooks/${hook}`);
      remote.configure(
        `[uploadpack]\n\tpackObjectsHook = "${site.canary('remote packObjectsHook')}"\n[core]\n\tfsmonitor = "${site.canary('remote fsmonitor')}"`,
      );
      const repository = site.repository().honest();
      repository.configure(`[remote "origin"]\n\turl = "file://${remote.root}"`);
      return {
        folder: repository.root,
        steps: ['open', 'list', 'pull'],
        settings: { sharing: { checkAtStart: true } },
      };
    },
  },
  {
    name: 'a bare repository, and one inside the other',
    build(site) {
      const repository = site.repository().honest();
      // A bare repository within the worktree: inside it, git trusts its configuration.
      const bare = repository.path('docs');
      repository.git('clone', '--quiet', '--bare', '.', 'docs');
      repository
        .write(
          'docs/config',
          `[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "${site.canary('bare in the worktree')}"\n[diff]\n\texternal = "${site.canary('bare in the worktree, diff')}"\n`,
        )
        .write('docs/part0.ts', moduleOf(repository.markOf('docs')));
      return { folder: bare, place: `${repository.path('docs', 'part0.ts')}:3:5` };
    },
  },
];
