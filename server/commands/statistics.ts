import { clearedOf, clearedText, countsText } from '../common/cleared.ts';
import { grid } from '../common/format.ts';
import { leansOf } from '../completion/statistics/lean.ts';
import { StatisticsStore } from '../completion/statistics/store.ts';
import type { CompletionStatistics } from '../protocol/statistics.ts';
import { statisticsFile } from '../storage/paths.ts';
import { ask } from './ask.ts';
import { actionOf, type Command, parse, requireNone, requireOwnFlags } from './command.ts';

interface Asked {
  readonly yes: boolean;
  readonly json: boolean;
}

const actions: Readonly<Record<string, (store: StatisticsStore, asked: Asked) => Promise<number>>> = { show, clear };

export const statisticsCommand: Command = {
  summary: 'Shows how many suggestions were offered, accepted and kept on this machine, and deletes these counts.',
  usage: '[show | clear] [--yes] [--json]',
  async run(args) {
    const { values, positionals } = parse(args, {
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const [name = 'show', ...more] = positionals;
    const action = actionOf(actions, name);
    requireNone(name, more, 'names');
    requireOwnFlags(name, values, { yes: ['clear'] });
    return await action(new StatisticsStore(statisticsFile(), Date.now), values);
  },
};

async function show(store: StatisticsStore, { json }: Asked): Promise<number> {
  const [days, leans] = [daysOf(await store.days()), leansOf(await store.leans())];
  if (json) console.log(JSON.stringify({ days, leans }));
  else if (days.length === 0) console.log('No suggestions have been counted.');
  else {
    const rows = days.map((day) => [
      day.day,
      String(day.offered),
      String(day.accepted),
      percent(day.kept30s, day.checked30s),
      percent(day.kept5min, day.checked5min),
    ]);
    console.log(grid(['day', 'offered', 'accepted', 'kept after 30 s', 'kept after 5 min'], rows));
    const [base, adapter] = [leans.base, leans.adapter].map((logOdds) => logOdds.toFixed(2));
    console.log(
      `Learned from them: ${base} for the base and ${adapter} for adapters, added to the log odds that a first line is right. Above zero, more suggestions are shown unasked; below, fewer.`,
    );
  }
  return 0;
}

async function clear(store: StatisticsStore, { yes, json }: Asked): Promise<number> {
  const there = clearedOf(daysOf(await store.days()));
  const question = `Delete ${countsText(there)}, and what was learned from them?`;
  if (!yes && there.days > 0 && !(await ask(question))) {
    console.log(json ? JSON.stringify({ cleared: null }) : 'Nothing was cleared.');
    return 0;
  }
  const cleared = await store.clear();
  console.log(json ? JSON.stringify({ cleared }) : clearedText(cleared));
  return 0;
}

function daysOf(days: Awaited<ReturnType<StatisticsStore['days']>>): CompletionStatistics['days'] {
  return [...days].map(([day, counts]) => ({ day, ...counts }));
}

function percent(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '-';
}
