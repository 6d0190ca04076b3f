/** A repository's figures as a table for people. Pure. */
import { grid } from '../../server/common/format.ts';
import type { ArmName } from './arms.ts';
import type { ArmFigures, Over, RepositoryFigures } from './figures.ts';

export function tableOf({ repository, arms, activated }: RepositoryFigures): string {
  const header = [
    '',
    'offered',
    'first line',
    'whole',
    'similarity',
    'kept',
    'keys saved',
    'valid',
    'nats/byte',
    'of its text',
    'shown right',
    'prompt',
  ];
  const rows = (Object.entries(arms) as [ArmName, ArmFigures][]).map(([name, one]) => [
    name,
    `${one.offered}/${one.places}`,
    percent(one.exactFirstLine),
    percent(one.exact),
    one.editSimilarity.toFixed(3),
    one.keptPerPlace.toFixed(2),
    one.savedPerPlace.toFixed(2),
    one.syntaxValid === null ? '-' : percent(one.syntaxValid),
    one.natsPerByte.toFixed(4),
    one.natsPerByteOfText?.toFixed(4) ?? '-',
    percent(one.shownAndRight),
    String(one.medianPromptTokens),
  ]);
  const intervals = (Object.entries(arms) as [ArmName, ArmFigures][]).flatMap(([name, { over }]) =>
    over === null
      ? []
      : [
          [
            name,
            spread(over.exactFirstLine, 100),
            spread(over.exact, 100),
            spread(over.editSimilarity, 1),
            spread(over.keptPerPlace, 1),
            spread(over.savedPerPlace, 1),
            spread(over.natsPerByte, 1),
          ],
        ],
  );
  const gate = activated === null ? '' : `\nThe gate ${activated ? 'activates' : 'does not activate'} the adapter.`;
  return `${repository}\n${grid(header, rows)}\n\nover base, 95 % intervals\n${grid(['', 'first line, points', 'whole, points', 'similarity', 'kept a place', 'keys saved', 'nats/byte'], intervals)}${gate}`;
}

function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`;
}

function spread({ mean, low, high }: Over, scale: number): string {
  const text = (value: number): string => (value * scale).toPrecision(2);
  return `${text(mean)} [${text(low)}, ${text(high)}]`;
}
