#!/usr/bin/env node
// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt, mainUrl, orExplain, rootDir, setUp } from './setup.mjs';

// An installed package comes built, without the files to build it from.
const isCheckout = ['package-lock.json', 'tsconfig.json'].every((file) => existsSync(join(rootDir, file)));
if (isCheckout) {
  await orExplain(async () => {
    if (!(await isBuilt())) await setUp({ quiet: true });
  });
}

await import(mainUrl.href);
