import { holder, resident } from '../support/cast.js';

/** Customers whose visits are short at the pace of the emulator, of every kind but those who make the kiosk wait. */
export const parade = [
  holder(1),
  { document: resident(6, { validTo: '20210101' }), faces: [] },
  holder(5),
  holder(1, { behaviour: 'declines-consent' }),
  holder(7),
];
