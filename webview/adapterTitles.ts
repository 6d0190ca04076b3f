import { isolated } from '../server/common/isolated.ts';
import type { AdapterSummary } from '../server/protocol/index.ts';

type Named = Pick<AdapterSummary, 'id' | 'name' | 'createdAtMs'>;

/** By id, what each is called beside the others: versions of one repository mostly have its name, so those also have their time. Pure. */
export function adapterTitles(adapters: readonly Named[]): ReadonlyMap<string, string> {
  const alike = Map.groupBy(adapters, ({ name }) => name);
  return new Map(
    adapters.map((adapter) => [
      adapter.id,
      (alike.get(adapter.name)?.length ?? 0) > 1 ? withTime(adapter) : adapter.name,
    ]),
  );
}

export function withTime({ name, createdAtMs }: Named): string {
  return `${isolated(name)}, ${new Date(createdAtMs).toLocaleString()}`;
}
