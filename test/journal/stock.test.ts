import { test } from 'tap';
import { Stock, type Card } from '../../src/journal/stock.js';
import { batchIccids } from '../../src/lib/iccid.js';

const COUNT = 300;
const long = batchIccids(COUNT);
const short = long.map((iccid) => iccid.slice(0, -1));

/** A stock of one batch, listed so; of its first card this was read. */
function stockOf(list: readonly string[], read: string | null): Stock {
  const cards = list.map((iccid, position): Card => {
    const said = position === 0 ? read : null;
    const location = said === null ? 'stack' : 'taken';
    const story = { transaction: null, at: 0, read: said, luhn: said === null ? null : said.length === 20 };
    return { iccid, position, batch: 'b', location, ...story };
  });
  return new Stock(cards, []);
}

for (const [name, list] of [
  ['with', long],
  ['without', short],
] as const)
  test(`a digit lost on the line makes no other card, of a list ${name} check digits`, (t) => {
    const stock = stockOf(list, long[0] ?? '');
    const lost = long.flatMap((iccid) => Array.from(iccid, (_, i) => iccid.slice(0, i) + iccid.slice(i + 1)));
    t.same(
      lost.filter((said) => stock.find(said)),
      [],
    );
    t.same(
      long.map((said) => stock.find(said)?.position),
      list.map((_, position) => position),
      'every whole one is its own',
    );
    t.end();
  });

test('cards that say no check digit are found under the ICCIDs that a list has with it', (t) => {
  for (const read of [null, short[0] ?? '']) {
    const stock = stockOf(long, read);
    t.same(
      short.map((said) => stock.find(said)?.position),
      short.map((_, position) => position),
    );
  }
  t.end();
});
