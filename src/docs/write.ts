import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootDir, version } from '../lib/paths.js';
import { asyncApiText } from './asyncapi.js';
import { withGeneratedParts } from './readme.js';

const file = join(rootDir, 'README.md');
await writeFile(file, withGeneratedParts(await readFile(file, 'utf8')));
await writeFile(join(rootDir, 'asyncapi.json'), asyncApiText(version));
