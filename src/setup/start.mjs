// @ts-check
import { fileURLToPath } from 'node:url';
import { mainUrl, orExplain, setUp } from './setup.mjs';

await orExplain(() => setUp());

// In this very process: signals, exit code and terminal are the demo's own.
process.argv = [process.execPath, fileURLToPath(mainUrl), 'demo', ...process.argv.slice(2)];
await import(mainUrl.href);
