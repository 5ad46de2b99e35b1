import { holder, resident } from '../support/cast.js';

const declines = holder(1, { behaviour: 'declines-consent' });
const expired = { document: resident(6, { validTo: '20210101' }), faces: [] };

/** One customer who is sold a card among four who are gone soon: ten thousand visits are over in little more than an hour. */
export const parade = [holder(1), declines, expired, declines, expired];
