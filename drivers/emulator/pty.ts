import { close, openSync, write, constants, symlinkSync, rmSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import koffi from 'koffi';
import { Listeners } from '../../src/lib/listeners.js';
import type { FarEnd } from './far-end.js';

const writeTo = promisify(write);
const closeFd = promisify(close);

/** `struct termios` is smaller than this on every Linux. */
const TERMIOS_BYTES = 256;
const TCSANOW = 0;
const NAME_BYTES = 64;

const libc = koffi.load('libc.so.6');
const posix_openpt = libc.func('int posix_openpt(int flags)') as (flags: number) => number;
const grantpt = libc.func('int grantpt(int fd)') as (fd: number) => number;
const unlockpt = libc.func('int unlockpt(int fd)') as (fd: number) => number;
const ptsname_r = libc.func('int ptsname_r(int fd, _Out_ uint8_t *buffer, size_t length)') as (
  fd: number,
  buffer: Uint8Array,
  length: number,
) => number;
const tcgetattr = libc.func('int tcgetattr(int fd, _Out_ uint8_t *termios)') as (fd: number, t: Uint8Array) => number;
const cfmakeraw = libc.func('void cfmakeraw(_Inout_ uint8_t *termios)') as (t: Uint8Array) => void;
const tcsetattr = libc.func('int tcsetattr(int fd, int when, uint8_t *termios)') as (
  fd: number,
  when: number,
  t: Uint8Array,
) => number;

/** The far end of a serial line: what is written here arrives at whoever has opened `path`. */
export interface Pty extends FarEnd {
  /** The tty to open: the stable link if one was asked for, otherwise `/dev/pts/N`. */
  readonly path: string;
  /** Plays 'unplugged': whoever has the tty open sees it hang up, and the path is gone. Same as `close`. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a pseudo-terminal in raw mode (POSIX `posix_openpt`).
 * @param options.link a path at which a symbolic link to the tty is kept while it is open
 */
export function openPty(options: { readonly link?: string } = {}): Pty {
  const master = checked('posix_openpt', posix_openpt(constants.O_RDWR | constants.O_NOCTTY));
  checked('grantpt', grantpt(master));
  checked('unlockpt', unlockpt(master));
  const name = new Uint8Array(NAME_BYTES);
  checked('ptsname_r', ptsname_r(master, name, NAME_BYTES));
  const device = Buffer.from(name.subarray(0, name.indexOf(0))).toString();
  // Without an open slave the master reads EIO whenever the driver closes the port.
  const slave = openSync(device, constants.O_RDWR | constants.O_NOCTTY);
  makeRaw(slave);
  if (options.link) {
    rmSync(options.link, { force: true });
    symlinkSync(device, options.link);
  }

  const listeners = new Listeners<[Uint8Array]>();
  const reader = new ReadStream(master);
  reader.on('data', (bytes: Buffer) => listeners.emit(bytes));
  reader.on('error', () => reader.destroy());
  const closed = new Promise((resolve) => reader.once('close', resolve));
  let closing: Promise<void> | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  const shut = async (): Promise<void> => {
    if (options.link) rmSync(options.link, { force: true });
    listeners.clear();
    await closeFd(slave);
    // The stream may be closed already: it ends by itself when the last slave goes.
    reader.destroy();
    await closed;
  };

  return {
    path: options.link ?? device,
    onData: (listener) => listeners.add(listener),
    write(bytes) {
      const done = writing.then(async () => {
        for (let rest = bytes; rest.length > 0 && !closing;) {
          const { bytesWritten } = await writeTo(master, rest);
          rest = rest.subarray(bytesWritten);
        }
      });
      writing = done.catch(() => undefined);
      return done;
    },
    hangUp: () => (closing ??= shut()),
    close: () => (closing ??= shut()),
  };
}

function makeRaw(fd: number): void {
  const termios = new Uint8Array(TERMIOS_BYTES);
  checked('tcgetattr', tcgetattr(fd, termios));
  cfmakeraw(termios);
  checked('tcsetattr', tcsetattr(fd, TCSANOW, termios));
}

function checked(call: string, result: number): number {
  if (result < 0) throw new Error(`${call} failed`);
  return result;
}
