/** The combined result of all rooms and inputs. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';
import type { Controls } from './controls.ts';
import { OFFENCES, type Offence, SHOWN_IN, type Visit } from './offences.ts';
import type { Step } from './room.ts';
import type { TriedInputs } from './tryInputs.ts';

export interface Seen {
  readonly controls: Controls;
  /** Names of the rooms to be visited. */
  readonly rooms: readonly string[];
  readonly visits: readonly Visit[];
  /** The requested steps. */
  readonly steps: readonly Step[];
  readonly inputs: TriedInputs;
}

export interface Judged {
  readonly bars: Bar[];
  readonly offenders: Visit['offenders'];
  /** Detectors and admitted texts that proved effective, of how many, and what stayed silent: unvisited rooms and idle steps too. */
  readonly proven: number;
  readonly canaries: number;
  readonly mute: readonly string[];
}

export function judge({ controls, rooms, visits, steps, inputs }: Seen): Judged {
  const offenders = visits.flatMap((visit) => visit.offenders);
  const looked = visits.reduce((sum, visit) => sum + visit.looked, 0);
  const found = visits.reduce((sum, visit) => sum + visit.found, 0);
  const silent = (name: string): boolean =>
    visits.every(({ room }) => room !== name) && controls.mute.every((one) => !one.startsWith(`${name}: `));
  const idle = visits.flatMap((visit) => visit.mute);
  const mute = [...controls.mute, ...idle, ...rooms.filter(silent).map((name) => `${name}: it was not visited`)];
  const proven = controls.proven.length + found;
  const canaries = controls.proven.length + mute.length + looked;
  const ofVisits = (name: Offence): number => {
    if (SHOWN_IN[name]?.every((step) => !steps.includes(step))) return Number.NaN;
    const count = offenders.filter(({ offence }) => offence === name).length;
    // A search that finds no admitted text would find no left-out text either.
    if (name === 'left-out-texts-learned') return shownBy(looked + count, count);
    return shownBy(visits.length, name === 'hangs-over-10s' ? count + inputs.hangs.length : count);
  };
  return {
    bars: [
      ...OFFENCES.map((name): Bar => ({ name, value: ofVisits(name), op: '<=', bar: 0 })),
      {
        name: 'inputs-without-an-answer',
        value: shownBy(inputs.tried + inputs.problems.length, inputs.problems.length),
        op: '<=',
        bar: 0,
      },
      // Proven traps do not show that a silent one would fire.
      { name: 'canaries-mute', value: shownBy(proven, canaries - proven), op: '<=', bar: 0 },
    ],
    offenders,
    proven,
    canaries,
    mute,
  };
}

/** Whole seconds that each step took in all rooms together, of its programs' own time. */
export function secondsByStep(visits: readonly Pick<Visit, 'steps'>[]): Partial<Record<Step, number>> {
  const spent: Partial<Record<Step, number>> = {};
  for (const { step, seconds } of visits.flatMap(({ steps }) => steps)) spent[step] = (spent[step] ?? 0) + seconds;
  for (const step of Object.keys(spent) as Step[]) spent[step] = Math.round(spent[step]!);
  return spent;
}
