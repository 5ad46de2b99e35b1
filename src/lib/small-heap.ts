import { setFlagsFromString } from 'node:v8';

/**
 * Imported before anything else by a program whose young objects are to be collected where they are, instead of in ever
 * more memory: 12 MB less (measured).
 */
setFlagsFromString('--semi-space-growth-factor=1');
