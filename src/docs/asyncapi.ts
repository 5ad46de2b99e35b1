import { asyncApi } from '../fleet/asyncapi.js';

/** `asyncapi.json` as it should be. */
export const asyncApiText = (version: string): string => `${JSON.stringify(asyncApi(version), null, 2)}\n`;
