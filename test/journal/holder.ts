import { once } from 'node:events';
import { openJournal } from '../../src/journal/journal.js';

/** Holds the journal of the folder in its argument until it is killed, or its stdin ends with whoever started it. */
const [dir = ''] = process.argv.slice(2);
const journal = await openJournal(dir, 'kiosk-1');
process.stdout.write('open\n');
process.stdin.resume();
await once(process.stdin, 'end');
await journal.close();
