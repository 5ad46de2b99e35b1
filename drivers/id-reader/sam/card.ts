import { KioskError, type ErrorCode } from '../../../src/errors.js';
import { commands, DONE, FOUND, NO_CARD, statusError, type Command } from './constants.js';
import type { Ask } from './exchange.js';

/** @throws `reader.*` when the module is not fit to work */
export async function checkModule(ask: Ask): Promise<void> {
  const { status } = await ask(commands.status);
  if (status === DONE) return;
  const error = statusError(status);
  // Nothing was asked about a document, so it is no error of one.
  throw isReaderFault(error.code) ? error : new KioskError('reader.refused', error.detail);
}

/** Whether it is the reader that is to blame, not the document. */
export const isReaderFault = (code: ErrorCode): boolean => code.startsWith('reader.');

/** Whether a card is in the field. */
export async function cardFound(ask: Ask): Promise<boolean> {
  const { status } = await ask(commands.find);
  if (status === FOUND) return true;
  if (status === NO_CARD) return false;
  throw statusError(status);
}

/**
 * Selects the card that was found and reads it.
 * @returns the data of the answer, or undefined when `stop` came first
 * @throws `document.removed` when the card has gone meanwhile
 */
export async function fetchCard(ask: Ask, stop: AbortSignal): Promise<Uint8Array | undefined> {
  await done(ask, commands.select);
  if (stop.aborted) return undefined;
  return done(ask, commands.read);
}

const MAY_BE_GONE: readonly ErrorCode[] = ['document.unreadable', 'document.removed'];

async function done(ask: Ask, command: Command): Promise<Uint8Array> {
  const { status, data } = await ask(command);
  if (status === DONE) return data;
  const error = statusError(status);
  if (!MAY_BE_GONE.includes(error.code)) throw error;
  if (!(await cardFound(ask))) throw statusError(NO_CARD);
  // It says that there is no card and finds one at once: the card is there, and not readable.
  throw status === NO_CARD ? statusError(SELECT_FAILED) : error;
}

const SELECT_FAILED = 0x81;
