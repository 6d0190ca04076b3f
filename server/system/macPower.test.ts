import { expect, it } from 'vitest';
import { drawsFromBattery } from './macPower.ts';

const battery = (source: string, state: string): string =>
  `Now drawing from '${source}'\n -InternalBattery-0 (id=21823587)\t71%; ${state} present: true\n`;

it.each([
  ['a laptop on its battery', battery('Battery Power', 'discharging; 4:12 remaining'), true],
  ['a laptop at the wall', battery('AC Power', 'charging; 0:52 remaining'), false],
  ['one that is full', battery('AC Power', 'charged; 0:00 remaining'), false],
  ['a desktop', "Now drawing from 'AC Power'\n", false],
  [
    'a desktop whose power has failed',
    "Now drawing from 'UPS Power'\n -Smart-UPS 750\t99%; discharging present: true\n",
    true,
  ],
  ['a Mac that does not tell', '', false],
])('%s', (_, printed, expected) => expect(drawsFromBattery(printed)).toBe(expected));
