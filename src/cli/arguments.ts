import { BROKER_PROTOCOL } from '../contracts/broker.js';
import { KioskError } from '../errors.js';

export const JSON_LINE = ['--json', 'print one JSON object as the last line of stdout'] as const;

/** @throws `cli.usage` */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new KioskError('cli.usage', `${text} is not a whole number above 0`);
  return value;
}

/** @throws `cli.usage` */
export function naturalNumber(text: string): number {
  const value = Number(text);
  // Of nothing at all JavaScript makes 0.
  if (text.trim() === '' || !Number.isInteger(value) || value < 0)
    throw new KioskError('cli.usage', `${text === '' ? 'an empty word' : text} is not a whole number`);
  return value;
}

/** Of a TCP port. @throws `cli.usage` */
export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new KioskError('cli.usage', `${text} is no port: there are 65535`);
  return port;
}

/** @throws `cli.usage` */
export function brokerUrl(text: string): string {
  const [protocol = '', address = ''] = text.split('://');
  if (BROKER_PROTOCOL.test(protocol) && address !== '' && URL.canParse(text)) return text;
  throw new KioskError('cli.usage', `${text} is no address of a broker, e.g. mqtts://127.0.0.1:8883`);
}
