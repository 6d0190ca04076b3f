/** Where a team's remote offers nothing. `unusable`: versions there that nobody can use; `where`: with the space before it, or ''. */
export function noneShared(unusable: number, where: string): string {
  return `No adapters ${unusable > 0 ? 'that can be used ' : ''}have been shared${where} yet.`;
}
