import { holder, resident } from '../support/cast.js';

const declines = holder(1, { behaviour: 'declines-consent' });
const expired = { document: resident(6, { validTo: '20210101' }), faces: [] };

/** Mostly customers who are gone soon. */
export const passersBy = [holder(1), declines, expired, declines, expired];

/** Customers whose visits are short at the pace of the emulator, of every kind but those who make the kiosk wait. */
export const parade = [holder(1), expired, holder(5), declines, holder(7)];
